import type { Diagnostic } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { access, constants } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'
import type { Driver } from './driver.ts'
import { hasChanged, noteBooted, readBooted } from './home/booted.ts'
import { prepareDisks } from './home/disks.ts'
import { errorCode } from './home/files.ts'
import type { Home } from './home/home.ts'
import type { Spec } from './home/spec.ts'
import { isImagePath } from './image/image-type.ts'
import type { BootField, MachineInputs } from './machine-type.ts'
import { bootFields } from './machine-type.ts'
import type { MachineObservation } from './observation.ts'
import { send } from './processes.ts'
import { startSupervised } from './supervised.ts'

/** One kind of real machine: a program with arguments. */
export interface RealMachine {
  readonly name: 'qemu' | 'hyperkit'
  readonly graceMs: number
  /** What relative paths start from. */
  readonly base: string
  /** The command that runs the machine in its directory; paths in `inputs` are absolute. @throws ProviderError */
  command(home: Home, spec: Spec, inputs: MachineInputs): Promise<readonly string[]>
  problems(wanted: Wanted<MachineInputs>): readonly Diagnostic[]
}

/** The driver of machines that a hypervisor runs. */
export const realDriver = (kind: RealMachine): Driver => ({
  hasGuest: false,
  graceMs: kind.graceMs,
  async start(home, spec, signal) {
    const inputs = { cpus: 1, memory: 512 * 2 ** 20, ...spec.inputs }
    await filesMustStand(kind.base, inputs)
    const command = await kind.command(home, spec, absolute(kind.base, inputs))
    await prepareDisks(home.directory, inputs.disks ?? [])
    await noteBooted(home.directory, kind.name, { base: kind.base, inputs })
    signal.throwIfAborted()
    await startSupervised(home, [kind.name, '-U', home.uid, '--', ...command])
  },
  async shutDown(_home, boot) {
    send(boot.pid, 'SIGTERM')
  },
  async powerOff(_home, boot) {
    send(boot.pid, 'SIGINT')
  },
  refine: (home, seen) => refine(kind, home, seen),
  preflight: async (wanted) => [...wanted.flatMap((one) => kind.problems(one)), ...(await fileProblems(kind.base, wanted))],
})

const absolute = (base: string, inputs: MachineInputs): MachineInputs => {
  const paths = bootFields.flatMap((field) => (inputs[field] === undefined ? [] : [[field, resolve(base, inputs[field])] as const]))
  return { ...inputs, ...Object.fromEntries(paths) }
}

/** The files that a machine boots from and that cannot be read, with the error's code. */
const unreadable = async (base: string, inputs: Partial<MachineInputs>): Promise<readonly (readonly [BootField, string])[]> => {
  const found: (readonly [BootField, string])[] = []
  for (const field of bootFields) {
    const path = inputs[field]
    if (path === undefined) continue
    const code = await access(resolve(base, path), constants.R_OK).then(() => undefined, errorCode)
    if (code !== undefined) found.push([field, code])
  }
  return found
}

const filesMustStand = async (base: string, inputs: MachineInputs): Promise<void> => {
  const [first] = await unreadable(base, inputs)
  if (first !== undefined) throw new ProviderError('invalid', `The file that "${first[0]}" names cannot be read (${first[1]}).`)
}

// A file that many machines boot from is one problem.
const fileProblems = async (base: string, wanted: readonly Wanted<MachineInputs>[]): Promise<readonly Diagnostic[]> => {
  const users = new Map<string, Wanted<MachineInputs>[]>()
  for (const one of wanted) {
    const files = canonicalJson(bootFields.map((field) => one.inputs[field] ?? null))
    const machines = users.get(files)
    if (machines === undefined) users.set(files, [one])
    else machines.push(one)
  }
  const problems = await Promise.all([...users.values()].map((machines) => problemsOf(base, machines)))
  return problems.flat()
}

const problemsOf = async (base: string, [first, ...others]: readonly Wanted<MachineInputs>[]): Promise<readonly Diagnostic[]> => {
  if (first === undefined) return []
  const { address, inputs } = first
  const who = others.length === 0 ? `${address} boots` : `${address} and ${others.length} more boot`
  const missing = (await unreadable(base, inputs)).filter(([field]) => !isImagePath(inputs[field] ?? ''))
  return missing.map(([field, code]) => ({
    severity: 'error',
    code: 'FORGE5205',
    summary: 'A file to boot from cannot be read',
    detail: `${who} from "${field}: ${inputs[field] ?? ''}", which cannot be read (${code}). Relative paths start at the folder of the configuration.`,
    address,
  }))
}

const refine = async (kind: RealMachine, home: Home, seen: MachineObservation): Promise<MachineObservation> => {
  if (seen.kind !== 'present') return seen
  const booted = await readBooted(home.directory)
  // The directory can go while it is being read, and a machine that was never booted has no note.
  if (booted === null) return seen.status.kind === 'running' ? { ...seen, status: otherDriver } : seen
  if (booted.driver !== kind.name && seen.status.kind === 'running') return { ...seen, status: otherDriver }
  const changed: Partial<Record<BootField, string>> = {}
  for (const field of bootFields) {
    const [path, print] = [seen.inputs[field], booted.files[field]]
    if (path !== undefined && print !== undefined && (await hasChanged(resolve(kind.base, path), print)))
      changed[field] = `${path} (sha256:${print.sha256.slice(0, 12)}, before it was changed)`
  }
  return { ...seen, inputs: { ...seen.inputs, ...changed } }
}

const otherDriver = { kind: 'stopped', why: 'booted by another driver' } as const

/** The path of a program, as a shell would find it; `null` if there is none. */
export const findProgram = async (name: string, base: string): Promise<string | null> => {
  const folders = name.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter)
  for (const folder of folders) {
    const path = folder === '' ? resolve(base, name) : resolve(folder, name)
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return null
}
