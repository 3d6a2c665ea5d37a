import type { Checked, Desired, Places } from '@forgeplan/model'
import { compareAddress, compareText, good } from '@forgeplan/model'
import type { Config } from './config.ts'

/** The normalised configuration: the same for every order of the files. Groups stay templates. */
export const expand = (config: Config): Checked<{ readonly desired: Desired; readonly places: Places }> => {
  const desired: Desired = {
    stack: config.stack,
    providers: config.providers.toSorted(byName),
    units: config.units.toSorted((a, b) => compareAddress(a.name, b.name)),
    outputs: config.outputs.toSorted(byName),
    moved: config.moves.map(({ move }) => move),
    maxDestroy: config.maxDestroy,
    requires: config.requires,
  }
  const moved = config.moves.map(({ span }, i) => [`moved.${i}`, span] as const)
  return good({ desired, places: new Map([...config.places, ...moved]) })
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => compareText(a.name, b.name)
