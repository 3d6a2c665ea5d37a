import type { Address, Context, InsideWork } from '@forgeplan/model'
import { ownerOf } from '@forgeplan/model'
import type { Flavor } from '@forgeplan/sdk'

/** Whether the flavor of a machine does some of that by commands inside of it. */
export const runsInside = (
  address: Address,
  { flavor: use }: Pick<Context, 'flavor'>,
  { flavors, work }: { readonly flavors: ReadonlyMap<string, Flavor>; readonly work: readonly InsideWork[] },
): boolean => {
  // What is part of a machine has no inside.
  if (use === null || ownerOf(address) !== address) return false
  const done = flavors.get(use.plugin)?.runsInside?.(use.config) ?? []
  return work.some((each) => done.includes(each))
}
