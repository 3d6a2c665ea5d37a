import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdirSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { parsePlainMap } from '@forgeplan/model'
import { guestEnvironment } from '../home/environment.ts'
import { noteGuest } from '../home/guest-process.ts'
import { fileNames } from '../home/home.ts'
import { readImage } from '../home/image.ts'
import { livingInGroup, send, settles, startedAt } from '../processes.ts'
import type { Console } from './console.ts'

/** What runs inside a machine: one process group. */
export interface Guest {
  /** The code other than 0 with which its init ended (128 + n for signal n). Never resolves while all is well. */
  readonly failed: Promise<number>
  /** Asks everything inside to end, and waits up to 3 s for that. */
  terminate(): Promise<void>
  kill(): Promise<void>
}

// The leader of the guest's process group. It ignores what is sent to the group, tells init's exit code on
// descriptor 4, and holds a watcher that kills the group when descriptor 3 ends: that is when the supervisor is gone,
// however it died. The script's text stands on descriptor 5, a file without a name.
const leader = `
trap '' TERM INT HUP
( trap - TERM INT HUP; exec "$@" 3<&- 4>&- ) &
init=$!
exec 5<&-
( read -r _ <&3; kill -9 0 ) 4>&- &
wait "$init"
echo "$?" >&4
exec 4>&-
wait
`

/** Boots from the data image in the working directory. @throws when there is no usable one. */
export const bootGuest = async (output: Console): Promise<Guest> => {
  const { meta, init } = await readImage('.')
  mkdirSync(fileNames.guest, { recursive: true, mode: 0o700 })
  const script = nameless(isData(init) ? new Uint8Array() : init)
  const child = spawn('/bin/sh', ['-c', leader, 'forge-guest', ...interpreter(init), '/dev/fd/5'], {
    cwd: fileNames.guest,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', script],
    env: guestEnvironment('.', meta),
  })
  closeSync(script)
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.write(chunk))
  return watch(child)
}

// What LinuxKit writes into files is nothing to run.
const isData = (init: Uint8Array): boolean => {
  try {
    return parsePlainMap(JSON.parse(new TextDecoder().decode(init))) !== undefined
  } catch {
    return false
  }
}

const watch = async (child: ChildProcess): Promise<Guest> => {
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  await noteGuest('.', { pid, started: startedAt(pid) ?? '' })
  const dead = once(child, 'exit')
  const said = child.stdio[4]
  const init = (said instanceof Readable ? text(said) : Promise.resolve('')).then((code) => (code === '' ? 137 : Number.parseInt(code, 10)))
  return {
    failed: init.then((code) => (code === 0 ? dead.then(() => 137) : code)),
    async terminate() {
      send(-pid, 'SIGTERM')
      // The leader and its watcher stay.
      await settles(() => livingInGroup(pid) <= 2, 3000)
    },
    async kill() {
      send(-pid, 'SIGKILL')
      await dead
      await settles(() => livingInGroup(pid) === 0, 1000)
    },
  }
}

/** A file that only this process and its children can read: it has lost its name before the text comes in. */
const nameless = (content: Uint8Array): number => {
  const path = `.init.${process.pid}`
  rmSync(path, { force: true })
  const write = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  const read = openSync(path, constants.O_RDONLY)
  unlinkSync(path)
  writeFileSync(write, content)
  closeSync(write)
  return read
}

// As the kernel reads `#!/bin/bash -e`: an absolute path and at most one argument.
const interpreter = (init: Uint8Array): readonly string[] => {
  const first = new TextDecoder().decode(init.subarray(0, 256)).split('\n')[0] ?? ''
  const match = /^#!\s*(\/\S+)(?:\s+(\S.*?))?\s*$/.exec(first)
  return match === null ? ['/bin/sh'] : [match[1] ?? '/bin/sh', ...(match[2] === undefined ? [] : [match[2]])]
}
