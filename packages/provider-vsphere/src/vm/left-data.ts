import type { Uid } from '@forgeplan/model'
import type { Call, Target } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { VsphereError } from '@forgeplan/vsphere-soap'
import { dataRoot } from './data-image.ts'
import type { VmObservation } from './sight.ts'
import type { Workshop } from './workshop.ts'

/**
 * The observations of some targets, in which a machine that is gone and whose data image still lies in a datastore has
 * remains: somebody took it away without forge. @throws VsphereError; the signal's reason.
 */
export const withLeftData = async (
  shop: Workshop,
  { targets, seen }: { readonly targets: readonly Target[]; readonly seen: ReadonlyMap<Uid, VmObservation> },
  { signal }: Pick<Call, 'signal'>,
): Promise<ReadonlyMap<Uid, VmObservation>> => {
  // Of one whose making or removal has no outcome the engine takes away everything in any case.
  const gone = targets.filter(({ uid, id, begunAt }) => id !== null && begunAt === null && seen.get(uid)?.kind === 'absent')
  if (gone.length === 0) return seen
  const left = await foldersIn(shop, signal)
  return new Map([
    ...seen,
    ...gone.flatMap(({ uid }): readonly [Uid, VmObservation][] => (left.has(uid) ? [[uid, { kind: 'absent', remains: true }]] : [])),
  ])
}

/** The names of the folders of data images in all datastores that can be used: the uids of machines. */
const foldersIn = async ({ client, atlas }: Workshop, signal: AbortSignal): Promise<ReadonlySet<string>> => {
  const { datacenters } = await atlas.catalogue(signal)
  const usable = datacenters.flatMap(({ datastores }) => datastores.filter(({ trouble }) => trouble === null))
  const names = async ({ ref, name }: { readonly ref: Ref; readonly name: string }): Promise<readonly string[]> => {
    try {
      return ((await client.datastores.search(ref, `[${name}] ${dataRoot}`, ['*'], { signal })) ?? []).map(({ path }) => path)
    } catch (error) {
      if (isRefusal(error)) return []
      throw error
    }
  }
  // Two datacenters may share one.
  const stores = [...new Map(usable.map((each) => [each.ref.value, each])).values()]
  return new Set((await Promise.all(stores.map(names))).flat())
}

// Where this login may not look, it has put nothing.
const isRefusal = (error: unknown): boolean => error instanceof VsphereError && (error.kind === 'fault' || error.kind === 'answer')
