import type { Address, Diagnostic } from '@forgeplan/model'
import type { Call, Wanted } from '@forgeplan/sdk'
import { once } from 'node:events'
import { access, constants } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { errorCode } from './home/files.ts'
import { sweep } from './inventory.ts'
import type { MachineInputs } from './machine-type.ts'

/** Problems that machines would meet on this host: a root that cannot be written, and ports that are not free. */
export const preflight = async (root: string, wanted: readonly Wanted<MachineInputs>[], call: Call): Promise<readonly Diagnostic[]> => {
  if (wanted.length === 0) return []
  const holders = await portHolders(root, call)
  const problems = [...(await rootProblems(root)), ...duplicates(wanted)]
  for (const { address, inputs } of wanted) {
    call.signal.throwIfAborted()
    for (const port of hostPorts(inputs)) problems.push(...(await portProblems(address, port, holders)))
  }
  return problems
}

const rootProblems = async (path: string): Promise<readonly Diagnostic[]> => {
  try {
    await access(path, constants.W_OK | constants.X_OK)
    return []
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && dirname(path) !== path) return rootProblems(dirname(path))
    const detail = `Machines cannot be made: the root directory cannot be written (${errorCode(error) ?? 'unknown error'}). Give this user the right to write there, or set another root.`
    return [{ severity: 'error', code: 'FORGE5204', summary: 'The root directory of the machines cannot be written', detail }]
  }
}

/** The ports of this host that a machine takes. */
const hostPorts = ({ port, forward }: Partial<MachineInputs>): readonly number[] => [
  ...(port === undefined ? [] : [port]),
  ...(forward ?? []).map(({ host }) => host),
]

const duplicates = (wanted: readonly Wanted<MachineInputs>[]): readonly Diagnostic[] => {
  const first = new Map<number, Address>()
  const claims = wanted.flatMap(({ address, inputs }) => hostPorts(inputs).map((port) => ({ address, port })))
  return claims.flatMap(({ address, port }): readonly Diagnostic[] => {
    const other = first.get(port)
    if (other === undefined) first.set(port, address)
    if (other === undefined) return []
    const detail = `${address} and ${other} both want port ${port} of this host. Give each its own, for example with \${8000 + member.ordinal}.`
    return [{ severity: 'error', code: 'FORGE5203', summary: 'Two machines want the same port', detail, address }]
  })
}

/** Which machine of this root runs on a port. */
const portHolders = async (root: string, call: Call): Promise<ReadonlyMap<number, string>> => {
  const machines = await sweep(root, call.signal)
  return new Map(
    machines.flatMap(([home, sight]) => {
      if (sight.kind !== 'machine' || sight.life.kind !== 'running') return []
      return hostPorts(sight.spec.inputs).map((port) => [port, sight.mark?.address ?? home.uid] as const)
    }),
  )
}

const portProblems = async (address: Address, port: number, holders: ReadonlyMap<number, string>): Promise<readonly Diagnostic[]> => {
  const holder = holders.get(port)
  // Its own predecessor goes before it comes.
  if (holder === address) return []
  if (holder !== undefined) {
    const detail = `${address} wants port ${port}, on which ${holder} runs now. This works only if that machine gives the port up first.`
    return [{ severity: 'warning', code: 'FORGE5202', summary: 'Another machine holds the port', detail, address }]
  }
  const code = await tryToListen(port)
  if (code === undefined) return []
  const detail = `${address} wants port ${port} of this host, but a process that is no machine of forge holds it, or this user may not use it (${code}). Stop that process or choose another port.`
  return [{ severity: 'error', code: 'FORGE5201', summary: 'A port of the host is not free', detail, address }]
}

/** The error that listening gives; `undefined` if the port is free. */
const tryToListen = async (port: number): Promise<string | undefined> => {
  const server = createServer()
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await once(server, 'listening')
    return undefined
  } catch (error) {
    return errorCode(error) ?? 'unknown error'
  } finally {
    server.close()
  }
}
