import type { Found, Mark, StackName } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Call, Candidate, Handler, Query } from '@forgeplan/sdk'
import { ProviderError, fitsName } from '@forgeplan/sdk'
import { asProviderError, inWords } from '../errors.ts'
import { folderMeaning } from '../places/folder-words.ts'
import { writeAttribute } from './attribute.ts'
import type { FolderInputs, FolderOutputs } from './folder-type.ts'
import { folderType } from './folder-type.ts'
import { markText } from './own.ts'
import { folderPreflight } from './preflight.ts'
import { removeFolder } from './remove.ts'
import type { FolderTools, StandingFolder } from './standing.ts'
import { findFolder, folderObservation, ownerOfFolder, presentFolder, readFolders } from './standing.ts'
import type { FolderWork } from './sync.ts'
import { ownFolder, syncFolder } from './sync.ts'

/** Everything that can be done with the folders of machines of one vCenter. */
export const folderHandler = (tools: FolderTools): Handler<FolderInputs, FolderOutputs> => ({
  observe: (targets, call) =>
    inWords(async () => {
      const ids = targets.flatMap(({ id }) => (id === null ? [] : [id]))
      const all = await readFolders(tools, ids, call.signal)
      const seen = targets.map(
        async (target) => [target.uid, await folderObservation(tools, findFolder(all, target), target, call.signal)] as const,
      )
      return new Map(await Promise.all(seen))
    }),
  list: (stack, call) => list(tools, stack, call),
  apply: (verb, target, desired, _seen, call) => inWords(() => syncFolder(verb, { tools, target, call }, desired)),
  delete: (target, _seen, call) => inWords(() => removeFolder({ tools, target, call })),
  mark: (target, mark, call) => inWords(() => putMark({ tools, target, call }, mark)),
  preflight: (wanted, call, touched) => inWords(() => folderPreflight(tools, { wanted, touched }, call)),
  find: (query, call) => find(tools, query, call),
  findsBy: ['folder'],
})

async function* list(tools: FolderTools, stack: StackName, call: Call): AsyncIterable<Found> {
  try {
    for (const standing of (await readFolders(tools, [], call.signal)).values()) {
      const { mark, identity, ref } = standing
      if (mark?.stack !== stack) continue
      const isCopy = mark.uid !== identity.uid
      const observation = isCopy
        ? ({ kind: 'copy', id: remoteId(ref.value), of: mark.uid } as const)
        : await presentFolder(tools, standing, call.signal)
      yield { type: folderType, mark, observation }
    }
  } catch (error) {
    throw asProviderError(error)
  }
}

// The folders of a vCenter are of machines, hosts, networks and datastores; only those of machines can be taken in.
async function* find(
  tools: FolderTools,
  { id, name = '*', folder }: Query,
  call: Call,
): AsyncIterable<Candidate<FolderInputs, FolderOutputs>> {
  try {
    const all = await readFolders(tools, id === undefined ? [] : [id], call.signal)
    const catalogue = await tools.atlas.catalogue(call.signal)
    const isThere = folder === undefined ? () => true : folderMeaning(catalogue, folder)
    const roots = new Set(catalogue.datacenters.map(({ vmFolder }) => vmFolder.value))
    for (const standing of all.values()) {
      const { ref, parent, name: own } = standing
      if ((id !== undefined && id !== ref.value) || !fitsName(name, own) || parent === null || !isBelow(all, standing, roots)) continue
      if (!isThere(await tools.folders.path(parent, call.signal))) continue
      const { inputs, outputs } = await presentFolder(tools, standing, call.signal)
      yield { id: remoteId(ref.value), uid: standing.identity.uid, name: own, inputs, outputs }
    }
  } catch (error) {
    throw asProviderError(error)
  }
}

const isBelow = (all: ReadonlyMap<string, StandingFolder>, { parent }: StandingFolder, roots: ReadonlySet<string>): boolean => {
  for (let at = parent; at !== null; at = all.get(at.value)?.parent ?? null) if (roots.has(at.value)) return true
  return false
}

// One without a mark is nobody's, and may be taken in.
const putMark = async (work: FolderWork, mark: Mark | null): Promise<void> => {
  const { tools, target, call } = work
  const all = await readFolders(tools, target.id === null ? [] : [target.id], call.signal)
  const found = findFolder(all, target)
  const standing = found !== null && ownerOfFolder(found, target) === 'unmarked' ? found : await ownFolder(work)
  if (standing === null && mark === null) return
  if (standing === null) throw new ProviderError('conflict', 'The folder is gone.')
  call.signal.throwIfAborted()
  await writeAttribute(tools.client, standing.ref, { attribute: 'mark', value: markText(mark) }, call.signal)
}
