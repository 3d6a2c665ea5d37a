// The program takes this shell's place, so that its process is the leader of its group. A watcher kills the group when
// descriptor 3 ends: that is when the process at its other end is gone, however it died.
const leader = `
( exec >/dev/null 2>&1 4>&-; read -r _ <&3; kill -9 0 ) &
exec "$@" 3<&-
`

/** Arguments for /bin/sh that run a command which ends with its starter: descriptor 3 is a pipe from there, and the group is its own. */
export const dieTogether = (command: readonly string[]): readonly string[] => ['-c', leader, 'forge-machine', ...command]
