import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry, State } from '@forgeplan/model'
import { contextId, groupUnit, lineage, memberAddress, planId, realm, remoteId, stackName, stepId, typeName, uid } from '@forgeplan/model'
import type { Lease, LeaseOptions, Store } from '../src/index.ts'
import { openStore } from '../src/index.ts'

export const stack = stackName('lab')
export const line = lineage('00000000-0000-4000-8000-000000000001')
export const otherLine = lineage('00000000-0000-4000-8000-000000000002')

/** A directory of its own that is gone at the end of the scope. */
export const tempDirectory = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'forge-store-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export const openAt = (path: string, mode: 'read' | 'write' = 'write'): Promise<Store> => openStore({ path, mode, stack })

export const leaseOf = (store: Store, options: Partial<LeaseOptions> = {}): Promise<Lease> =>
  store.acquire({ command: 'forge apply', timeoutMs: 0, signal: new AbortController().signal, ...options })

const step = stepId('create', 'group.web/1')
const plan = planId('p1')
const context = contextId('c1')
export const uidOf = (n: number) => uid(`u${n}`)
const addressOf = (n: number) => memberAddress(groupUnit('web'), String(n))

export const founded: JournalEntry = { kind: 'founded', lineage: line, stack, at: 1 }
export const contextEntry: JournalEntry = {
  kind: 'context',
  id: context,
  context: {
    unit: groupUnit('web'),
    provider: { name: 'local', plugin: 'sim', settings: { token: { $late: { kind: 'secret', source: 'env:TOKEN', digest: null } } } },
    flavor: null,
    policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [] },
    dependsOn: [],
  },
}
export const runBegan = (n: number): JournalEntry => ({
  kind: 'run-began',
  plan: planId(`p${n}`),
  at: n,
  command: 'forge apply',
  config: `{"n":${n}}`,
})
export const runEnded = (n: number): JournalEntry => ({ kind: 'run-ended', plan: planId(`p${n}`), at: n, result: 'done' })

export const createBegan = (n: number): JournalEntry => ({
  kind: 'create-began',
  uid: uidOf(n),
  generation: n,
  address: addressOf(n),
  type: typeName('sim', 'machine'),
  typeVersion: 1,
  realm: realm('world'),
  specDigest: 'd',
  began: { verb: 'create', plan, step, at: 1, handle: null, inputs: { cpus: 2 }, context },
})
export const applied = (n: number, outputs: Readonly<Record<string, string>> = { ip: `10.0.0.${n}` }): JournalEntry => ({
  kind: 'applied',
  uid: uidOf(n),
  plan,
  step,
  at: 2,
  id: remoteId(`vm-${n}`),
  inputs: { cpus: 2, peer: { $late: { kind: 'output', of: addressOf(1), path: ['ip', 0] } } },
  outputs,
  specDigest: 'd',
  resolved: {},
  context,
  typeVersion: 1,
})
export const moved = (n: number, to: number): JournalEntry => ({ kind: 'moved', uid: uidOf(n), to: addressOf(to), context })
export const gone = (n: number): JournalEntry => ({ kind: 'gone', uid: uidOf(n), plan, step, at: 3 })

/** A founded fleet of `size` machines. */
export const fleet = (size: number): readonly JournalEntry[] => [
  founded,
  contextEntry,
  runBegan(1),
  ...Array.from({ length: size }, (_, index) => [createBegan(index + 1), applied(index + 1)]).flat(),
]

/** A state with its maps and sets spelt out, for comparing. */
export const plainState = (state: State) => ({
  ...state,
  rows: [...state.rows.values()],
  contexts: [...state.contexts],
  done: [...state.done],
})
