import type { JournalEntry } from '@forgeplan/model'
import type { Guard } from './guard.ts'
import { anyOf, count, kind, record, tagged, text, time } from './guard.ts'
import {
  addressGuard,
  beganGuard,
  contextGuard,
  contextIdGuard,
  digestGuard,
  digestsGuard,
  lineageGuard,
  planGuard,
  realmGuard,
  remoteIdGuard,
  resultGuard,
  stackGuard,
  stepGuard,
  typeGuard,
  uidGuard,
  unversionedRowGuard,
  whyReleased,
} from './row-guard.ts'
import { outputValues, plainMap, valueMap } from './value-guard.ts'

const runBegan = { kind: kind('run-began'), plan: planGuard, at: time, command: text(), config: text() } as const

/** Whether data is a journal entry, field by field; the same check before writing and after reading. */
export const entryGuard: Guard<JournalEntry> = tagged<JournalEntry>({
  founded: record({ kind: kind('founded'), lineage: lineageGuard, stack: stackGuard, at: time }),
  'run-began': anyOf(record(runBegan), record({ ...runBegan, message: text() })),
  'run-ended': record({ kind: kind('run-ended'), plan: planGuard, at: time, result: resultGuard }),
  context: record({ kind: kind('context'), id: contextIdGuard, context: contextGuard }),
  'create-began': record({
    kind: kind('create-began'),
    uid: uidGuard,
    generation: count,
    address: addressGuard,
    type: typeGuard,
    typeVersion: count,
    realm: realmGuard,
    specDigest: digestGuard,
    began: beganGuard,
  }),
  'change-began': record({ kind: kind('change-began'), uid: uidGuard, began: beganGuard }),
  handle: record({ kind: kind('handle'), uid: uidGuard, handle: text() }),
  applied: record({
    kind: kind('applied'),
    uid: uidGuard,
    plan: planGuard,
    step: stepGuard,
    at: time,
    id: remoteIdGuard,
    inputs: valueMap,
    outputs: plainMap,
    specDigest: digestGuard,
    resolved: digestsGuard,
    context: contextIdGuard,
    typeVersion: count,
  }),
  gone: record({ kind: kind('gone'), uid: uidGuard, plan: planGuard, step: stepGuard, at: time }),
  failed: record({ kind: kind('failed'), uid: uidGuard, plan: planGuard, step: stepGuard, at: time, error: text() }),
  observed: record({ kind: kind('observed'), uid: uidGuard, id: remoteIdGuard, outputs: plainMap }),
  moved: record({ kind: kind('moved'), uid: uidGuard, to: addressGuard, context: contextIdGuard }),
  released: record({ kind: kind('released'), uid: uidGuard, why: whyReleased }),
  forgotten: record({ kind: kind('forgotten'), uid: uidGuard }),
  recovered: record({ kind: kind('recovered'), row: unversionedRowGuard }),
  'step-done': record({ kind: kind('step-done'), plan: planGuard, step: stepGuard, at: time }),
  outputs: record({ kind: kind('outputs'), values: outputValues }),
})
