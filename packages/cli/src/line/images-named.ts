import type { Desired, Unit } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'
import { failure } from '../stop.ts'

/** The image of that name (`host` or `image.host`); with null all of the configuration. @throws Stop when there is none. */
export const imagesNamed = ({ units }: Pick<Desired, 'units'>, name: string | null): readonly Unit[] => {
  const images = units.filter(({ shape }) => shape.kind === 'versions')
  if (images.length === 0)
    throw failure('FORGE6026', 'No images', 'The configuration has no images: docs/images.md shows what one looks like.')
  if (name === null) return images
  const bare = bareName(name)
  const found = images.filter((unit) => bareName(unit.name) === bare)
  if (found.length > 0) return found
  const names = images.map((unit) => bareName(unit.name))
  const near = nearest(bare, names)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw failure('FORGE6026', 'No such image', `The configuration has no image ${escapeText(bare)}.${hint} It has: ${listed(names)}.`)
}

const bareName = (name: string): string => name.replace(/^image\./, '')

const shown = 10

const listed = (names: readonly string[]): string =>
  names.length > shown ? `${names.slice(0, shown).join(', ')} and ${String(names.length - shown)} more` : names.join(', ')
