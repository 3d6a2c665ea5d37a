import type { Mark } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { ruleName } from '../labels/rules.ts'
import type { Given, MadeState } from '../owner.ts'
import { ownerSettings } from '../owner.ts'
import { adopted } from './adopted.ts'
import { settingsOf } from './blueprint.ts'
import { ownershipOf } from './sight.ts'
import type { Work } from './workshop.ts'
import { finish, ownMachine } from './workshop.ts'

/** Writes a mark, or takes it off. A machine without one is nobody's, and may be taken in. @throws ProviderError; VsphereError. */
export const putMark = async (work: Work, mark: Mark | null): Promise<void> => {
  const { shop, target, call } = work
  const seen = await shop.inventory.find(target, call.signal)
  const sight = seen !== null && ownershipOf(seen.machine, target) === 'unmarked' ? seen : await ownMachine(work)
  if (sight === null && mark === null) return
  if (sight === null) throw new ProviderError('conflict', 'The machine is gone.')
  call.signal.throwIfAborted()
  const state = mark === null ? null : (await adopted(shop, sight, call.signal)).state
  const before = sight.machine.state?.labels?.apart ?? null
  const apart = before === null || mark === null ? null : ([ruleName(mark), before[1]] as const)
  // The rule of a group is not for what it has let go, nor for what belongs to a group of another name now.
  if (before !== null && before[0] !== apart?.[0]) await shop.apart.leave(before, sight.machine.ref, call)
  if (apart !== null && before?.[0] !== apart[0]) await shop.apart.join(apart, sight.machine.ref, call)
  const spec = { extraConfig: settingsOf(ownerSettings(mark, state === null ? null : inRule(state, apart))) }
  await finish(work, await shop.client.call('ReconfigVM_Task', sight.machine.ref, { spec }, { signal: call.signal }), 'Marking.')
}

const inRule = (state: MadeState, apart: Given | null): MadeState =>
  state.labels === undefined ? state : { ...state, labels: { ...state.labels, apart } }
