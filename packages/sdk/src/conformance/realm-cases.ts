import assert from 'node:assert/strict'
import type { PlainMap } from '@forgeplan/model'
import type { Named } from './apply-cases.ts'
import { onlyOne } from './apply-cases.ts'
import type { Stage } from './stage.ts'
import { absent, known } from './stage.ts'
import type { Subject } from './subject.ts'

/** Which world a session is in, and how much of it the login sees. */
export const realmCases = (subject: Subject): readonly Named[] => {
  const { otherWorld, sameWorld } = subject
  const narrow = subject.world?.narrowLogin
  return [
    ['the same settings lead to the same realm', (stage) => sameRealm(stage, subject.settings)],
    ...(sameWorld === undefined
      ? []
      : [['another name of the same world is the same realm', (stage: Stage) => sameRealm(stage, sameWorld)] as const]),
    ...(otherWorld === undefined ? [] : [['another world is another realm', (stage: Stage) => otherRealm(stage, otherWorld)] as const]),
    ...(narrow === undefined ? [] : [['what a login may not see is unreadable, never absent', hidden] as const]),
  ]
}

const sameRealm = async (stage: Stage, settings: PlainMap): Promise<void> => {
  await using other = await stage.open(settings)
  assert.equal(other.session.realm, stage.session.realm, 'One world must have one realm.')
  const made = await stage.make()
  assert.equal((await other.present(known(made))).id, made.applied.id, 'Both sessions must see the same object.')
}

// A row keeps its realm, so that the engine never asks another world whether an object is gone: the names must differ.
const otherRealm = async (stage: Stage, settings: PlainMap): Promise<void> => {
  await using other = await stage.open(settings)
  assert.notEqual(other.session.realm, stage.session.realm, 'Two worlds must have two realms, or objects would read as absent.')
  const made = await stage.make()
  assert.notEqual((await other.see(known(made))).kind, 'present', 'An object must not be present in a world where it does not stand.')
  await other.delete(known(made)).catch(() => undefined)
  await stage.present(known(made))
}

const hidden = async (stage: Stage): Promise<void> => {
  const narrow = stage.subject.world?.narrowLogin
  assert.ok(narrow)
  const made = await stage.make()
  await narrow.hide(made.applied.id)
  await using guest = await stage.open(narrow.settings)
  assert.equal(guest.session.realm, stage.session.realm, 'A login does not make another world.')
  assert.equal((await guest.see(known(made))).kind, 'unreadable', 'What a login may not see must be unreadable, never absent.')
  await guest.handler.apply('create', known(made), made.inputs, absent, guest.call()).catch(() => undefined)
  await guest.delete(known(made)).catch(() => undefined)
  await onlyOne(stage)
}
