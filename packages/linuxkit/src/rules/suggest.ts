import { didYouMean } from '@forgeplan/config'

// Each comparison takes microseconds, and a hostile file can have thousands of names and hundreds of slips.
const compared = 200

/** `didYouMean` among the first of many names. */
export const suggest = (name: string, names: readonly string[]): string => didYouMean(name, names.slice(0, compared))
