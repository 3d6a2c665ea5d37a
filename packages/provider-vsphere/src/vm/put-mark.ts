import type { Mark } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import type { MadeState } from '../owner.ts'
import { ownerSettings } from '../owner.ts'
import { folderWords } from '../places/folder-words.ts'
import { settingsOf } from './blueprint.ts'
import type { Sight } from './sight.ts'
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
  const state =
    mark === null ? null : (sight.machine.state ?? adoptedState(sight, folderWords(await shop.atlas.catalogue(call.signal), sight.folder)))
  const spec = { extraConfig: settingsOf(ownerSettings(mark, state)) }
  await finish(work, await shop.client.call('ReconfigVM_Task', sight.machine.ref, { spec }, { signal: call.signal }), 'Marking.')
}

const adoptedState = ({ machine }: Sight, folder: string): MadeState => ({
  power: machine.isOn ? 'on' : 'off',
  folder: [folder, machine.parent?.value ?? ''],
  networks: [],
  onlyNetwork: null,
  iso: null,
  data: null,
  disks: {},
  keys: [],
  tags: {},
})
