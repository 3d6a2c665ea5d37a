import { aboutSize } from './about-size.ts'
import type { ImageSummary, VersionSummary } from './image-list.ts'
import { escapeText } from './escape.ts'
import { jsonLine } from './json-line.ts'
import type { Line, TextOptions } from './lines.ts'
import { print } from './lines.ts'

/** The images as a list: a line for each, and below it one for each version. */
export const imageListText = (images: readonly ImageSummary[], options: TextOptions): string =>
  `${print(
    images.flatMap((image) => [headLine(image), ...image.versions.map(versionLine)]),
    options,
  )}\n`

const headLine = ({ name, provider, keep }: ImageSummary): Line => {
  const stays = keep === null ? 'no longer in the configuration' : `keeps ${String(keep)} ${keep === 1 ? 'version' : 'versions'}`
  return { lead: escapeText(name), style: 'bold', text: `  pushed to ${escapeText(provider)}, ${stays}`, hang: 2 }
}

const versionLine = ({ version, standing, size, usedBy }: VersionSummary): Line => ({
  lead: `  ${escapeText(version)}  ${words[standing].padEnd(14)}  ${(size === null ? '' : aboutSize(size)).padStart(10)}  `,
  style: null,
  text: usersText(usedBy),
  hang: 44,
})

const words: Readonly<Record<VersionSummary['standing'], string>> = {
  wanted: 'wanted',
  older: 'older',
  unpushed: 'not pushed yet',
  unfinished: 'no outcome yet',
}

const shown = 10

const usersText = (users: VersionSummary['usedBy']): string => {
  const more = users.length > shown ? ` and ${String(users.length - shown)} more` : ''
  return `${users.slice(0, shown).map(escapeText).join(', ')}${more}`
}

/** The images as JSON. */
export const imageListJson = (images: readonly ImageSummary[]): string => `${jsonLine(images)}\n`
