import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** A living process that has to do with a folder. */
export interface Process {
  readonly pid: number
  /** Clock ticks since the boot of the host: with the pid it names one process for ever. */
  readonly started: string
  readonly command: string
  /** The machine that it supervises, or inside of which it runs. */
  readonly uid: string | null
  readonly role: 'supervisor' | 'guest' | 'other'
  /** The pid of its parent. */
  readonly parent: number
}

/** A machine's directory under the root. */
export interface Home {
  readonly uid: string
  readonly mark: { readonly uid: string; readonly address: string; readonly stack: string; readonly lineage: string } | null
}

/** Everything that stands under a root directory of stub machines, whoever made it. */
export interface World {
  readonly homes: readonly Home[]
  /** Directories that are half made or half removed. */
  readonly fragments: readonly string[]
  readonly processes: readonly Process[]
}

/** An object of the state, as `forge state list --json` shows it. */
export interface Row {
  readonly address: string
  readonly uid: string
  readonly phase: string
}

export const lookAt = (root: string): World => {
  const names = namesIn(root)
  const homes = names.filter((name) => !name.startsWith('.')).map((uid) => ({ uid, mark: markOf(join(root, uid)) }))
  return { homes, fragments: names.filter((name) => name.startsWith('.') && name !== '.machine-id'), processes: processesIn(root) }
}

/** What is wrong with a world that a state should describe exactly; empty when all is well. */
export const faultsOf = (world: World, rows: readonly Row[]): readonly string[] => [
  ...orphans(world, rows),
  ...world.fragments.map((name) => `left half done: ${name}`),
  ...rows.filter(({ uid }) => !world.homes.some((home) => home.uid === uid)).map(({ address }) => `lost: ${address}`),
  ...rows.filter(({ phase }) => phase !== 'live').map(({ address, phase }) => `unfinished: ${address} is ${phase}`),
  ...rows.filter(({ uid }) => supervisors(world, uid) === 0).map(({ address }) => `does not run: ${address}`),
  ...twins(world, rows),
]

/** Machines and processes that no row claims. The state knows of every object before it exists, so this holds at any moment. */
export const orphans = ({ homes, processes }: World, rows: readonly Row[]): readonly string[] => {
  const known = new Set(rows.map(({ uid }) => uid))
  return [
    ...homes.filter(({ uid }) => !known.has(uid)).map(({ uid, mark }) => `orphan: ${uid} (${mark?.address ?? 'no mark'})`),
    ...processes.filter(({ uid }) => uid === null || !known.has(uid)).map(({ pid, command }) => `orphan: process ${pid} (${command})`),
  ]
}

/** Two of what there may be one of: machines of an address, processes of a machine. */
export const twins = (world: World, rows: readonly Row[]): readonly string[] => [
  ...repeated(world.homes.flatMap(({ mark }) => (mark === null ? [] : [mark.address]))).map((address) => `twin: ${address}`),
  ...repeated(rows.map(({ address }) => address)).map((address) => `twin row: ${address}`),
  ...world.homes.filter(({ uid }) => supervisors(world, uid) > 1).map(({ uid }) => `twin processes: ${uid}`),
]

const supervisors = (world: World, uid: string): number => supervisorsOf(world).filter((process) => process.uid === uid).length

/** The processes that machines stand and fall with. What one has just forked bears its name until it becomes another command. */
export const supervisorsOf = ({ processes }: World): readonly Pick<Process, 'pid' | 'started' | 'uid'>[] => {
  const pids = new Set(processes.filter(({ role }) => role === 'supervisor').map(({ pid }) => pid))
  return processes
    .filter(({ role, parent }) => role === 'supervisor' && !pids.has(parent))
    .map(({ pid, started, uid }) => ({ pid, started, uid }))
}

const repeated = (texts: readonly string[]): readonly string[] => texts.filter((text, i) => texts.indexOf(text) !== i)

/**
 * The living processes that work in a folder, were started for it, or name it in their command line or environment
 * (Linux; elsewhere none are seen). This process itself does not count.
 */
export const processesIn = (folder: string): readonly Process[] =>
  namesIn('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => processOf(Number(pid), folder) ?? [])

const processOf = (pid: number, folder: string): Process | null => {
  const stat = textOf(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (stat === '' || fields[0] === 'Z' || fields[0] === 'X') return null
  const [line, where, around] = [textOf(`/proc/${pid}/cmdline`), linkOf(`/proc/${pid}/cwd`), textOf(`/proc/${pid}/environ`)]
  if (![`${where}/`, line, around].some((text) => text.includes(folder))) return null
  const role = line.includes('supervisor/main.js') ? 'supervisor' : line !== '' && around.includes('\0HOME=' + folder) ? 'guest' : 'other'
  return {
    pid,
    started: fields[19] ?? '',
    parent: Number(fields[1]),
    command: line.replaceAll('\0', ' ').trim(),
    uid: uidIn(line, where, folder),
    role,
  }
}

// The stub's `-U UUID`, or the machine's directory that a guest works in.
const uidIn = (line: string, where: string, folder: string): string | null =>
  /\0-U\0([^\0]+)/.exec(line)?.[1] ??
  (where.startsWith(`${folder}/`)
    ? (where
        .slice(folder.length + 1)
        .split(/[ /]/)[0]
        ?.replace(/^\.gone-/, '') ?? null)
    : null)

const markOf = (directory: string): Home['mark'] => {
  try {
    return JSON.parse(readFileSync(join(directory, 'mark.json'), 'utf8')) as Home['mark']
  } catch {
    return null
  }
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
