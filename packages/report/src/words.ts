import type { Action, Address, Gate, Reason } from '@forgeplan/model'
import { formatDuration, versionOf } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import type { Style } from './palette.ts'

/** How an action looks: the symbol, its colour, its name in the legend, and the sentence behind an address. */
export interface ActionWords {
  readonly symbol: string
  readonly style: Style | null
  readonly legend: string
  readonly will: string
}

/** What readers see done to a member; `succeed` is a create and a delete that belong together: its successor comes first. */
export type ShownAction = Action | 'succeed'

export const actionWords: Readonly<Record<ShownAction, ActionWords>> = {
  keep: { symbol: ' ', style: 'dim', legend: 'keep', will: 'stays as it is' },
  create: { symbol: '+', style: 'add', legend: 'create', will: 'will be created' },
  update: { symbol: '~', style: 'change', legend: 'update in place', will: 'will be updated in place' },
  restart: { symbol: '~>', style: 'change', legend: 'restart, keeping the object', will: 'will be restarted' },
  replace: { symbol: '-/+', style: 'destroy', legend: 'destroy and create replacement', will: 'must be replaced' },
  succeed: { symbol: '+/-', style: 'destroy', legend: 'create replacement, then destroy', will: 'must be replaced, successor first' },
  delete: { symbol: '-', style: 'destroy', legend: 'destroy', will: 'will be destroyed' },
  release: {
    symbol: '.',
    style: 'info',
    legend: 'release or forget, leaving the object alone',
    will: 'will be released and left as it is',
  },
  forget: { symbol: '.', style: 'info', legend: 'release or forget, leaving the object alone', will: 'will be forgotten' },
  import: { symbol: '<-', style: 'info', legend: 'import', will: 'will be imported' },
}

/** Every action, worst first. */
export const actionOrder: readonly ShownAction[] = [
  'delete',
  'replace',
  'succeed',
  'restart',
  'update',
  'create',
  'import',
  'release',
  'forget',
  'keep',
]

/** Why something is done to an address, in words. `sizeBefore` is how many members stood before. */
export const reasonText = ({ reason, address }: { readonly reason: Reason; readonly address: Address }, sizeBefore: number): string => {
  switch (reason.kind) {
    case 'new':
      return 'new'
    case 'scaled-up':
      return sizeBefore < reason.to ? `size ${sizeBefore} -> ${reason.to}` : `size is now ${reason.to}`
    case 'scaled-down':
      return sizeBefore > reason.to ? `size ${sizeBefore} -> ${reason.to}` : `size is now ${reason.to}`
    case 'id-added':
      return 'id added'
    case 'id-removed':
      return 'id removed'
    case 'new-version':
      return `new version: @${versionOf(reason.before) ?? ''} -> @${versionOf(address) ?? ''}`
    case 'superseded':
      return reason.keep === 1 ? 'old: only the last one is kept' : `old: the last ${reason.keep} are kept`
    case 'not-configured':
      return 'not in the configuration any more'
    case 'destroy':
      return 'destroy was asked for'
    case 'configured':
      return `${fieldNames(reason.fields)} changed`
    case 'drifted':
      return `changed outside of forge: ${fieldNames(reason.fields)}`
    case 'content-changed':
      return `the file holds something else now: ${fieldNames(reason.fields)}`
    case 'vanished':
      return 'vanished: the platform says it does not exist'
    case 'stopped':
      return stoppedText(reason.why)
    case 'requested':
      return 'asked for by name'
    case 'interrupted':
      return 'an earlier run began it and did not finish: it failed, or was cut off'
    case 'detached':
      return `moved out of its place: ${outside(reason.where)}`
    case 'instead-of':
      return `takes the place of ${escapeText(reason.address)}`
    case 'successor-of':
      return `comes before ${escapeText(reason.address)} goes`
    case 'succeeded-by':
      return `${escapeText(reason.address)} takes its place`
    case 'unhealthy':
      return `unhealthy: ${outside(reason.why)}`
    case 'provider-changed':
      return 'the provider is another one now'
    case 'kept-by-policy':
      return 'not wanted any more, kept by policy'
    case 'owner':
      return `belongs to ${escapeText(reason.address)}`
    default:
      return reason satisfies never
  }
}

const outside = (text: string): string => clip(escapeText(text), 200)

const fieldNames = (fields: readonly string[]): string => {
  const shown = fields.slice(0, 6).map(outside)
  return fields.length > 6 ? `${shown.join(', ')} and ${fields.length - 6} more` : shown.join(', ')
}

// A shell reports death by signal as 128 + signal; only then was it certainly killed.
const killed = /\b(killed|signal|SIG[A-Z]+|exit code 1(?:29|[345]\d))\b/

const stoppedText = (why: string): string => {
  const word = killed.test(why) ? 'killed' : 'stopped'
  return why.toLowerCase() === word ? `${word} outside of forge` : `${word} outside of forge: ${outside(why)}`
}

/** What apply waits for at a gate. @example 'waits until all 3 are healthy (at most 5m)' */
export const gateText = (gate: Gate): string =>
  gate.members.length === 0 && (gate.alive?.need ?? 0) === 0 ? 'waits until you agree' : healthText(gate)

const healthText = (gate: Gate): string =>
  `waits until ${needText(gate)} healthy${passText(gate.pass)}${aliveText(gate)}${gate.ask ? ' and you agree' : ''} (at most ${formatDuration(gate.deadlineMs)})`

const needText = ({ failures, members, alive }: Gate): string => {
  const need = members.length - failures
  if (members.length === 0 && alive !== null) return `${alive.need} others are`
  if (need < members.length) return `${need} of ${members.length} are`
  if (need <= 2) return need === 1 ? 'it is' : 'both are'
  return `all ${need} are`
}

const aliveText = ({ members, alive }: Gate): string =>
  alive === null || members.length === 0 || alive.need === 0 ? '' : `, ${alive.need} with those that stay`

/** How long or how often, behind the word `healthy`; empty where once is enough. */
export const passText = (pass: Gate['pass']): string => {
  switch (pass.kind) {
    case 'holdFor':
      return pass.ms > 0 ? ` for ${formatDuration(pass.ms)}` : ''
    case 'checks':
      return pass.checks > 1 ? ` in ${pass.checks} checks ${formatDuration(pass.intervalMs)} apart` : ''
    default:
      return pass satisfies never
  }
}

/** @example count(1, 'line') === '1 line', count(2, 'line') === '2 lines' */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`
