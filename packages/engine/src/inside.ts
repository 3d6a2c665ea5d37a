import type { Address, Context } from '@forgeplan/model'
import { ownerOf } from '@forgeplan/model'
import type { Flavor } from '@forgeplan/sdk'

type Flavors = ReadonlyMap<string, Flavor>

/** Whether the flavor of a machine runs commands inside of it: when it has come, for its health, or before it goes. */
export const runsInside = (address: Address, { flavor: use }: Pick<Context, 'flavor'>, flavors: Flavors): boolean =>
  // What is part of a machine has no inside.
  use !== null && ownerOf(address) === address && flavors.get(use.plugin)?.runsInside?.(use.config) === true

/** Whether it does so before the machine goes. Who goes is not asked for its health. */
export const drainsInside = (address: Address, context: Pick<Context, 'flavor'>, flavors: Flavors): boolean =>
  runsInside(address, context, flavors) &&
  context.flavor !== null &&
  flavors.get(context.flavor.plugin)?.hasDrain(context.flavor.config) === true
