import type { Observation } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import type { Claim } from './claim.ts'
import type { ImageOutputs, VsphereImageInputs } from './image-type.ts'
import { noteFolder } from './image-type.ts'
import { isMarkOf } from './own.ts'
import type { Noted, Shelf } from './shelf.ts'
import type { Shelves } from './shelves.ts'
import { imageId, uidIn, unreachable } from './shelves.ts'
import type { ImageTools } from './tools.ts'
import type { Users } from './users.ts'

export type ImageObservation = Observation<VsphereImageInputs, ImageOutputs>

/** A claim that stands with its file, or what is to be said instead. */
export type Sight =
  | { readonly kind: 'stands'; readonly shelf: Shelf; readonly uid: string; readonly claim: Claim }
  | Exclude<ImageObservation, { kind: 'present' }>

/** What one look at a datastore brought. */
interface Stock {
  readonly shelf: Shelf
  readonly claims: ReadonlyMap<string, Noted>
  /** The uids of those whose file is whole. */
  readonly whole: ReadonlySet<string>
}

/** Looks for all targets, at each datastore once; where nothing says in which one lies, in those that are known. */
export const sightsOf = async (shelves: Shelves, targets: readonly Target[], signal: AbortSignal): Promise<ReadonlyMap<Target, Sight>> => {
  const known = targets.some((target) => placeOf(target) === null) ? await shelves.known(signal) : []
  const wanted = new Map<Shelf, Set<string>>(known.map((shelf) => [shelf, new Set<string>()]))
  const places = new Map<Target, readonly Shelf[]>()
  for (const target of targets) {
    const place = placeOf(target)
    const shelf = place === null ? null : await shelves.named(place, signal)
    const among = place === null ? known : shelf === null ? [] : [shelf]
    places.set(target, among)
    for (const each of among) wanted.set(each, (wanted.get(each) ?? new Set()).add(target.uid).add(uidIn(target.id ?? target.uid)))
  }
  const stocks = new Map<Shelf, Stock>()
  for (const [shelf, uids] of wanted) stocks.set(shelf, await stockOf(shelf, signal, uids))
  return new Map(
    targets.map((target) => {
      const among = (places.get(target) ?? []).flatMap((shelf) => stocks.get(shelf) ?? [])
      return [target, sightAmong(among, target)]
    }),
  )
}

const placeOf = ({ id, handle }: Target): string | null => id ?? handle

/** All notes of a datastore, or those of some uids, and which of their files are whole. */
export const stockOf = async (shelf: Shelf, signal: AbortSignal, only?: ReadonlySet<string>): Promise<Stock> => {
  const claims = await shelf.claims(signal, only)
  return { shelf, claims, whole: await shelf.whole(claims, signal) }
}

const sightAmong = (stocks: readonly Stock[], target: Target): Sight => {
  if (stocks.length === 0 && placeOf(target) !== null) return { kind: 'unreadable', lastSeen: null, why: unreachable }
  const stock = stocks.find(({ claims }) => claims.has(target.uid)) ?? stocks[0]
  return stock === undefined ? { kind: 'absent' } : sightIn(stock, target)
}

const sightIn = ({ shelf, claims, whole }: Stock, { uid, id, mark }: Target): Sight => {
  const claim = claims.get(uid)
  if (claim === 'damaged')
    return {
      kind: 'unreadable',
      lastSeen: null,
      why: `The note ${noteFolder}/${uid}.json in the datastore is damaged. Remove it if nobody can mend it: a whole file of a wanted version is then taken as it stands, others stay.`,
    }
  if (claim === undefined) {
    // An image is found by its uid; a recorded id that leads elsewhere can only lead to a copy.
    const other = id === null ? undefined : claims.get(uidIn(id))
    return id !== null && typeof other === 'object' && other.mark?.uid === uid ? { kind: 'copy', id, of: uid } : { kind: 'absent' }
  }
  // Without its file it is an image that was not finished, or has vanished.
  if (!whole.has(uid)) return isMarkOf(claim.mark, uid, mark) ? { kind: 'absent', remains: true } : { kind: 'absent' }
  const own = imageId(shelf, uid)
  if (claim.mark !== null && claim.mark.uid !== uid) return { kind: 'copy', id: own, of: claim.mark.uid }
  if (claim.mark !== null && claim.mark.lineage !== mark.lineage) return { kind: 'foreign', id: own, lineage: claim.mark.lineage }
  return { kind: 'stands', shelf, uid, claim }
}

const nobody: Users = () => []

/** Who has images in a CD-ROM; asked only where there are any. */
export const usersOf = async ({ users }: Pick<ImageTools, 'users'>, sights: readonly Sight[], signal: AbortSignal): Promise<Users> =>
  sights.some(({ kind }) => kind === 'stands') ? users(signal) : nobody

export const observationOf = (sight: Sight, users: Users): ImageObservation =>
  sight.kind === 'stands'
    ? {
        kind: 'present',
        id: imageId(sight.shelf, sight.uid),
        inputs: {},
        outputs: outputsOf(sight.shelf, sight.claim, users),
        status: { kind: 'running' },
      }
    : sight

/** What an image is known by. */
export const outputsOf = (shelf: Shelf, { file }: Claim, users: Users): ImageOutputs => ({
  file: shelf.path(file),
  size: file.size,
  usedBy: users(shelf.place, file),
})
