import type { Address, Change, Lift, Observed, Risk, Row } from '@forgeplan/model'
import { compareAddress } from '@forgeplan/model'

/** What a reviewer should look at first, worst first; each a pure function of the changes. */
export const risksOf = (
  changes: readonly Change[],
  lifts: readonly Lift[],
  observed: Observed,
  rows: ReadonlyMap<Address, Row>,
): readonly Risk[] => [
  ...risk('high', 'destroy', changes.filter(isEnd), (count) => `${count} destroyed without a successor`),
  ...risk('high', 'vanished', changes.filter(isVanished), (count) => `${count} vanished: the platform says they do not exist`),
  ...lifts.map((lift): Risk => ({ severity: 'high', kind: 'lift', summary: lift.detail, addresses: [] })),
  ...risk(
    'medium',
    'replace',
    changes.filter(({ action }) => action === 'replace'),
    (count) => `${count} replaced: destroyed, then made anew`,
  ),
  ...risk(
    'low',
    'roll',
    changes.filter((change) => change.action === 'delete' && change.reason.kind === 'succeeded-by'),
    (count) => `${count} replaced: each goes when its successor is well`,
  ),
  ...risk(
    'medium',
    'may-replace',
    changes.filter(mayReplace),
    (count) => `${count} may have to be replaced, depending on values known after apply; apply stops if so`,
  ),
  ...risk(
    'medium',
    'released',
    changes.filter(({ action }) => action === 'release'),
    (count) => `${count} released: they stay, and forge no longer manages them`,
  ),
  ...risk('medium', 'drift', changes.filter(hasDrift), (count) => `${count} changed outside of forge; will be set back`),
  ...unhealthyRisk(observed, rows),
]

const risk = (
  severity: Risk['severity'],
  kind: Risk['kind'],
  changes: readonly Change[],
  summary: (count: number) => string,
): readonly Risk[] =>
  changes.length === 0 ? [] : [{ severity, kind, summary: summary(changes.length), addresses: changes.map(({ address }) => address) }]

// A version of an image that goes has newer ones beside it, and nobody boots from it.
const isEnd = (change: Change): boolean =>
  change.action === 'delete' && change.reason.kind !== 'succeeded-by' && change.reason.kind !== 'superseded'

/** Whether the change comes from an object that should be there and is not. */
export const isVanished = (change: Change): boolean => change.action !== 'keep' && change.reason.kind === 'vanished'

const fieldsOf = (change: Change): Extract<Change, { fields: unknown }>['fields'] =>
  change.action === 'update' || change.action === 'restart' || change.action === 'replace' ? change.fields : []

const mayReplace = (change: Change): boolean =>
  change.action !== 'replace' && fieldsOf(change).some((field) => field.uncertain && field.effect === 'replace')

const hasDrift = (change: Change): boolean => fieldsOf(change).some((field) => field.drifted)

const unhealthyRisk = (observed: Observed, rows: ReadonlyMap<Address, Row>): readonly Risk[] => {
  const addresses = [...rows]
    .filter(([, row]) => observed.health.get(row.uid)?.kind === 'unhealthy')
    .map(([address]) => address)
    .toSorted(compareAddress)
  return addresses.length === 0 ? [] : [{ severity: 'medium', kind: 'unhealthy', summary: `${addresses.length} unhealthy now`, addresses }]
}
