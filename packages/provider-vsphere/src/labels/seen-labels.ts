import type { Machine } from '../vm/machine.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { Attributes } from './attributes.ts'
import type { Tags } from './tags.ts'
import type { Remembered } from './remembered.ts'
import { nothingRemembered } from './remembered.ts'

/** What reads labels. */
export interface LabelSources {
  readonly attributes: Attributes
  readonly tags: Tags
}

/** The fields that labels are read back as. */
export type SeenLabels = Pick<VmInputs, 'customAttributes' | 'vsphereTags'>

/** The labels of machines that remember any, by the value of their reference: as many calls for a thousand machines as for one. */
export const readLabels = async (
  { attributes, tags }: LabelSources,
  machines: readonly Machine[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SeenLabels>> => {
  const values = await attributes.of(
    refsWith(machines, ({ attributes: names }) => names.length > 0),
    signal,
  )
  const carried = await tags.of(
    refsWith(machines, ({ tags: own }) => own.length > 0),
    signal,
  )
  return new Map(
    machines.map((machine) => {
      const { value } = machine.ref
      const remembered = rememberedOf(machine)
      return [value, { ...attributesSeen(remembered, values.get(value)), ...tagsSeen(remembered, carried.get(value)) }]
    }),
  )
}

const rememberedOf = ({ state }: Machine): Remembered => state?.labels ?? nothingRemembered

const refsWith = (machines: readonly Machine[], has: (remembered: Remembered) => boolean) =>
  machines.filter((each) => has(rememberedOf(each))).map(({ ref }) => ref)

// One that the configuration does not name is somebody else's.
const attributesSeen = ({ attributes }: Remembered, values: Readonly<Record<string, string>> | undefined): SeenLabels => ({
  customAttributes: Object.fromEntries(attributes.flatMap((name) => (values?.[name] === undefined ? [] : [[name, values[name]]]))),
})

const tagsSeen = ({ tags }: Remembered, carried: ReadonlySet<string> | undefined): SeenLabels => ({
  vsphereTags: tags.flatMap(([text, id]) => (carried?.has(id) === true ? [text] : [])),
})
