import type { Client } from '@forgeplan/vsphere-soap'
import type { Machine } from '../vm/machine.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { Attributes } from './attributes.ts'
import type { Tags } from './tags.ts'
import type { Rule } from './rules.ts'
import { belongsTo, holds, readRules } from './rules.ts'
import type { Remembered } from './remembered.ts'
import { nothingRemembered } from './remembered.ts'

/** What reads labels. */
export interface LabelSources {
  readonly client: Client
  readonly attributes: Attributes
  readonly tags: Tags
}

/** The fields that labels are read back as. */
export type SeenLabels = Pick<VmInputs, 'customAttributes' | 'vsphereTags' | 'antiAffinity'>

/** Which machines are asked about, and all that were seen with them: one alone needs no rule. */
interface Asked {
  readonly machines: readonly Machine[]
  readonly among: readonly Machine[]
}

/** The labels of machines that remember any, by the value of their reference: as many calls for a thousand machines as for one. */
export const readLabels = async (
  { client, attributes, tags }: LabelSources,
  { machines, among }: Asked,
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
  const clusters = machines.flatMap((each) => rememberedOf(each).apart?.[1] ?? [])
  const rules = await readRules(client, [...new Set(clusters)], signal)
  const crowd = crowdOf(among)
  return new Map(
    machines.map((machine) => {
      const { value } = machine.ref
      const remembered = rememberedOf(machine)
      return [
        value,
        {
          ...attributesSeen(remembered, values.get(value)),
          ...tagsSeen(remembered, carried.get(value)),
          antiAffinity: isApart(machine, rules, crowd),
        },
      ]
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

// How many machines remember each rule. A copy of one is none of them.
const crowdOf = (machines: readonly Machine[]): ReadonlyMap<string, number> => {
  const crowd = new Map<string, number>()
  for (const machine of machines) {
    const { apart } = rememberedOf(machine)
    if (apart !== null && belongsTo(machine, apart)) crowd.set(String(apart), (crowd.get(String(apart)) ?? 0) + 1)
  }
  return crowd
}

const isApart = (machine: Machine, rules: ReadonlyMap<string, readonly Rule[]>, crowd: ReadonlyMap<string, number>): boolean => {
  const { apart } = rememberedOf(machine)
  if (apart === null) return false
  const rule = rules.get(apart[1])?.find(({ name }) => name === apart[0])
  // One alone needs no rule.
  return rule === undefined ? (crowd.get(String(apart)) ?? 0) < 2 : holds(rule, machine.ref)
}
