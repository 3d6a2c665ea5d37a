/** Bytes that are kept of each of a command's two outputs. */
export const outputLimit = 65_536

/** What a command came to. */
export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A program as the guest operations take one: the arguments are one text, which the guest's shell takes apart. */
export interface GuestProgram {
  readonly programPath: string
  readonly arguments: string
}

// vSphere tells how a program ended and nothing of what it wrote, so a shell keeps that in a folder of the command's own, which
// nobody else may read. What is beyond the limit is read and dropped, so that the command can go on. The command runs beside
// its shell, which notes its id: who gives up ends the command and not the shell.
const keep = (file: string): string => `{ head -c ${outputLimit} >"$d/${file}"; cat >/dev/null; }`
const inner = '"$@" 3>&- </dev/null & p=$!; echo $p >"$d/pid"; wait $p; c=$?; rm -f "$d/pid"; echo $c >"$d/code"'
const whole = 'cat "$d/code"; echo $(wc -c <"$d/out"); cat "$d/out" "$d/err"'
const script = `d=$1; shift; umask 077; mkdir "$d" || exit 125; { { ${inner}; } 2>&3 | ${keep('out')}; } 3>&1 | ${keep('err')}; { ${whole}; } >"$d/all"`
const ending = 'p=$(cat "$1/pid" 2>/dev/null) && kill "$p"; rm -rf "$1"'

/** Runs a command and writes what it came to into `resultFile(folder)`; it ends with 0 unless that could not be written. `folder` is made. */
export const runProgram = (folder: string, command: readonly string[]): GuestProgram => shell(script, folder, ...command)

/** Ends what `runProgram` has begun, if it still runs, and takes the folder away. */
export const endProgram = (folder: string): GuestProgram => shell(ending, folder)

export const resultFile = (folder: string): string => `${folder}/all`

/** Bytes that `resultFile` can have at most. */
export const resultLimit = 2 * outputLimit + 64

/** What stands in a result; null where it is none. */
export const readResult = (bytes: Uint8Array): Ran | null => {
  const buffer = Buffer.from(bytes)
  const [code, size, start] = lines(buffer)
  if (!Number.isSafeInteger(code) || !Number.isSafeInteger(size) || start + size > buffer.length) return null
  const output = buffer.subarray(start)
  return { exitCode: code, stdout: output.subarray(0, size).toString('utf8'), stderr: output.subarray(size).toString('utf8') }
}

const lines = (buffer: Buffer): readonly [code: number, size: number, start: number] => {
  const first = buffer.indexOf('\n')
  const second = buffer.indexOf('\n', first + 1)
  const numberIn = (from: number, to: number): number => {
    const text = buffer.subarray(from, to).toString('latin1')
    return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  }
  return first === -1 || second === -1 ? [Number.NaN, Number.NaN, 0] : [numberIn(0, first), numberIn(first + 1, second), second + 1]
}

const shell = (text: string, ...args: readonly string[]): GuestProgram => ({
  programPath: '/bin/sh',
  arguments: ['-c', quoted(text), 'forge', ...args.map(quoted)].join(' '),
})

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
