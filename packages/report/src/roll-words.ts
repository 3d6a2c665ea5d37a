import type { Address, Gate } from '@forgeplan/model'
import { formatDuration } from '@forgeplan/model'
import type { RangeOptions } from './members.ts'
import { foldAddresses, membersText } from './members.ts'
import type { WaveRow } from './roll-rows.ts'
import type { RollView } from './roll-view.ts'
import { count, passText } from './words.ts'

/** What is done to whom, in which steps. @example '5 replaced in 5 waves of 1, one goes before its successor comes' */
export const workText = (roll: RollView): string => {
  const work = roll.work.map(({ work: done, amount }) => `${amount} ${done}`).join(' and ')
  return `${work} in ${wavesText(roll)}${orderText(roll)}`
}

/** @example 'a canary of 1, then 4 waves of 1' */
export const wavesText = ({ waves }: Pick<RollView, 'waves'>): string => {
  const canary = waves.findIndex(({ asks }) => asks !== null) + 1
  if (canary === 0 || canary === waves.length) return sizesText(waves)
  const asked = waves.slice(0, canary)
  const first = `a canary of ${asked.reduce((sum, { members }) => sum + members.length, 0)}${canary === 1 ? '' : ` in ${sizesText(asked)}`}`
  return `${first}, then ${sizesText(waves.slice(canary))}`
}

const sizesText = (waves: RollView['waves']): string => {
  const most = waves.reduce((size, { members }) => Math.max(size, members.length), 0)
  const even = waves.every(({ members }) => members.length === most)
  if (waves.length === 1 && waves[0]?.asks === null) return '1 wave'
  return `${count(waves.length, 'wave')} of ${even ? '' : 'up to '}${most}`
}

const orderText = ({ order, waves, work }: RollView): string => {
  if (order === 'create-first' && waves.some(({ successors }) => successors.length > 0)) return ', successors first'
  return work.some(({ work: done }) => done === 'replaced') ? ', delete first' : ''
}

/** How many stay alive, or that nobody has to. */
export const aliveText = ({ alive, size, waves, quorum }: RollView): string => {
  if (quorum?.state === 'refused') return 'it is refused'
  const surge = waves.reduce((most, { successors }) => Math.max(most, successors.length), 0)
  const stand = surge === 0 ? '' : `, up to ${size + surge} stand at once`
  if (alive <= 0) return `${size === 1 ? 'it is down meanwhile' : 'nobody has to stay healthy'}${stand}`
  return `${alive === size ? (size === 1 ? 'it stays' : `all ${size} stay`) : `at least ${alive} of ${size} ${alive === 1 ? 'stays' : 'stay'}`} healthy${stand}`
}

/** The quorum beside it; empty where there is none. */
export const quorumText = ({ quorum }: RollView): string => {
  if (quorum === null) return ''
  switch (quorum.state) {
    case 'kept':
      return `quorum ${quorum.need}`
    case 'refused':
      return `QUORUM ${quorum.need} WOULD BE LOST`
    case 'overridden':
      return `QUORUM ${quorum.need} OVERRIDDEN`
    default:
      return quorum.state satisfies never
  }
}

/** The numbers of a row's waves. @example '2..10000' */
export const numbersText = ({ from, to }: WaveRow): string => (from === to ? String(from) : `${from}..${to}`)

/** Members without the kind of their unit, in the order of the waves. @example 'web/{2..10000}' */
export const namesText = (addresses: readonly Address[], options?: RangeOptions): string =>
  foldAddresses(addresses)
    .map((members) => membersText({ ...members, prefix: members.prefix.replace(/^(group|instance)\./, '') }, options))
    .join(', ')

/** What a row has beside its members: how many at a time, who is unwell, how many have to be healthy. */
export const rowNotes = ({ from, to, sample, members }: WaveRow, roll: RollView): readonly string[] => [
  ...(to > from ? [`${sample.members.length} at a time`] : []),
  ...(roll.work.length > 1 ? [sample.work === 'mixed' ? 'some replaced, some restarted' : sample.work] : []),
  ...(sample.unwell.length === 0 ? [] : [unwellText({ from, sample, members }, roll.waves.length > 1)]),
  ...(sample.leader === null ? [] : [leaderText(sample.leader, sample.members, to > 1 && to === roll.waves.length)]),
  ...(from > 1 && sample.alive !== null && sample.alive < roll.alive ? [`${sample.alive} healthy are enough`] : []),
]

const leaderText = (leader: Address, members: readonly Address[], last: boolean): string =>
  `${members.length === 1 ? 'the leader' : `${namesText([leader])} is the leader`}${last ? ', goes last' : ''}`

const unwellText = ({ from, sample, members }: Pick<WaveRow, 'from' | 'sample' | 'members'>, others: boolean): string => {
  const first = others && from === 1 ? ', goes first' : ''
  return sample.unwell.length === sample.members.length || members.length > sample.members.length
    ? `unhealthy now${first}`
    : `${namesText(sample.unwell)} unhealthy now${first}`
}

/** What every gate of the roll asks for, in sentences. */
export const gateTexts = (roll: RollView): readonly string[] => {
  const terms = new Set(roll.gates.map(termsText))
  return terms.size === 0 ? [] : [...terms].slice(0, 3).map((text) => `${whenText(roll)}: ${text}`)
}

const whenText = ({ waves, gatedFirst, order }: RollView): string => {
  if (waves.length === 1) return gatedFirst ? 'Gate before it and at the end' : 'Gate at the end'
  if (!gatedFirst) return 'Gate after each wave'
  return order === 'create-first' ? 'Gate before anybody goes and at the end' : 'Gate before each wave and at the end'
}

const termsText = (gate: Gate): string =>
  `healthy${passText(gate.pass) || ' once'} within ${formatDuration(gate.deadlineMs)}; ${failuresText(gate)}`

const failuresText = ({ failures }: Gate): string => {
  if (failures === 0) return 'the first failure stops it'
  return failures === 1 ? 'the second failure stops it' : `more than ${failures} failures stop it`
}

/** Whether members are drained, in a sentence; null where nothing drains them. */
export const drainText = ({ drain }: RollView): string | null => {
  switch (drain) {
    case 'all':
      return 'Each is drained before it goes down; a drain that fails stops it'
    case 'skipped':
      return 'Nobody is drained (skipDrain)'
    case 'none':
      return null
    default:
      return drain satisfies never
  }
}

/** When a person is asked. */
export const askText = ({ sample, members }: WaveRow): string =>
  sample.asksFirst ? `you are asked before ${namesText(members)} ${members.length === 1 ? 'goes' : 'go'}` : 'then you are asked'
