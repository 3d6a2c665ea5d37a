import type { Value } from '@forgeplan/model'
import { didYouMean, listed, quote } from '../wording.ts'
import type { Key } from './lookup.ts'
import type { ImageHead } from '../names.ts'
import type { Moment } from './scene.ts'
import { refuse } from './scene.ts'
import type { Range } from './syntax.ts'

/** `images.NAME`, short for its `iso`, and `images.NAME.path`: where it will be, known before it is made. */
export const imageReference = (keys: readonly Key[], whole: Range, moment: Moment): Value | undefined => {
  const { images } = moment.names
  const [key, part, ...more] = keys
  if (moment.zone.late === 'nothing')
    return refuse(moment, 'FORGE2010', whole, 'Images are made for machines, and this value is needed earlier.')
  if (key === undefined) return refuse(moment, 'FORGE2002', whole, 'Write images.NAME with the name of a block under images.')
  const name = String(key.value)
  const head = images.get(name)
  if (head === undefined) {
    const detail = `No image ${quote(name)} is configured. Configured: ${listed(images.keys())}.${didYouMean(name, images.keys())}`
    return refuse(moment, 'FORGE2004', key, detail)
  }
  if (!moment.dry) moment.trail.unit(head.name, () => moment.place(whole))
  if (head.paths === undefined) return undefined
  const wanted = String(part?.value ?? 'iso')
  const value = Object.hasOwn(head.paths, wanted) && more.length === 0 ? head.paths[wanted] : undefined
  if (value !== undefined) return wanted === 'version' || isWithin(head, moment) ? value : elsewhere(head, whole, moment)
  const parts = Object.keys(head.paths)
  return refuse(moment, 'FORGE2002', part ?? whole, `The image ${quote(name)} has ${listed(parts)}.${didYouMean(wanted, parts)}`)
}

/** Whether the machine that names an image is of the provider that has it. */
const isWithin = ({ provider }: ImageHead, moment: Moment): boolean => {
  const own = machineProvider(moment)
  return own === undefined || provider === undefined || own === provider
}

const machineProvider = ({ zone: { self }, names }: Moment): string | undefined =>
  self === null ? undefined : names.units.get(self)?.provider

// Another provider has no such file, and would not see that a machine boots from it when the image is removed.
const elsewhere = ({ name, provider = '' }: ImageHead, whole: Range, moment: Moment): undefined => {
  const own = machineProvider(moment) ?? ''
  const detail = `${name} is pushed to the provider ${quote(provider)}, and this machine is of ${quote(own)}. Add an image of the same source with push: { provider: ${own} }, and name that one here.`
  return refuse(moment, 'FORGE2040', whole, detail)
}
