import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Field, ObjectSchema, PlainMap } from '@forgeplan/model'
import { normaliseObject, parsePlainMap, sameValue } from '@forgeplan/model'
import type { Named } from './apply-cases.ts'
import type { Stage } from './stage.ts'
import { known, typeOf } from './stage.ts'
import type { Offer, SecretPlace, Subject } from './subject.ts'

/** What goes through the contract: plain data, in the schema's words, without secrets. */
export const shapeCases = (subject: Subject): readonly Named[] => [
  ['every type has a handler, and it offers what was promised', handlers],
  ['outputs and observations survive JSON and fit the schema', survives],
  ...(subject.offers.includes('preflight') ? [['preflight accepts what can be made, and makes nothing', preflight] as const] : []),
  ...(typeOf(subject).upgrade !== undefined ? [['inputs of every older version can be upgraded', upgrades] as const] : []),
  ...(subject.offers.includes('guest') && subject.command !== undefined ? [['a command runs inside', guest] as const] : []),
  ...(subject.secret === undefined
    ? []
    : [['a secret appears nowhere', (stage: Stage) => secrets(stage, subject.secret as SecretPlace)] as const]),
]

const handlers = async (stage: Stage): Promise<void> => {
  const { provider } = stage.subject
  assert.ok(
    provider.types.some((type) => type.name === provider.machine),
    'The machine type must be one of the types.',
  )
  for (const type of provider.types) {
    assert.ok(stage.session.handlers.has(type.name), `There is no handler for ${type.name}.`)
    assert.ok(type.name.startsWith(`${provider.name}/`), `${type.name} must begin with the provider's name.`)
  }
  const offered = offers.filter((offer) => stage.handler[offer] !== undefined)
  assert.deepEqual(
    offered,
    offers.filter((offer) => stage.subject.offers.includes(offer)),
    'The handler must offer what the subject says.',
  )
}

const offers: readonly Offer[] = ['mark', 'detach', 'preflight', 'find', 'guest']

const survives = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  const seen = await stage.present(known(made))
  for (const data of [made.applied.outputs, seen.inputs, seen.outputs] as readonly PlainMap[])
    assert.deepEqual(parsePlainMap(JSON.parse(JSON.stringify(data))), data, 'Inputs and outputs must be plain data.')
  fits(stage.type.inputs, seen.inputs as PlainMap, 'inputs')
  fits(stage.type.outputs, seen.outputs, 'outputs')
}

const fits = (schema: ObjectSchema, data: PlainMap, where: string): void => {
  for (const [name, value] of Object.entries(data)) {
    const field: Field | undefined = schema.fields[name]
    assert.ok(field, `${name} in the ${where} is not in the schema.`)
    assert.notEqual(field.schema.kind, 'secret', `The secret ${name} must never be read back.`)
    assert.ok(sameValue(normaliseObject(schema, { [name]: value })[name], value), `${name} in the ${where} is not in normalised form.`)
  }
}

const preflight = async (stage: Stage): Promise<void> => {
  const target = stage.target()
  const problems = await stage.handler.preflight?.([{ address: target.address, inputs: stage.inputs(target) }], stage.call(), [])
  assert.deepEqual(
    problems?.filter((problem) => problem.severity === 'error'),
    [],
    'Good inputs must pass preflight.',
  )
  assert.deepEqual(await stage.list(), [], 'Preflight must make nothing.')
}

const upgrades = async (stage: Stage): Promise<void> => {
  const inputs = stage.inputs(stage.target())
  for (let version = 1; version < stage.type.version; version++) {
    const upgraded = stage.type.upgrade?.(version, inputs)
    for (const field of Object.keys(upgraded ?? {}))
      assert.ok(stage.type.inputs.fields[field], `An upgrade from version ${version} leaves ${field}.`)
  }
}

const guest = async (stage: Stage): Promise<void> => {
  const command = stage.subject.command
  const made = await stage.make()
  const inside = await stage.handler.guest?.(known(made), await stage.see(known(made)), stage.call())
  assert.ok(inside && command)
  const ran = await inside.run(command.argv, stage.call())
  assert.deepEqual({ exitCode: ran.exitCode, stdout: ran.stdout }, { exitCode: 0, stdout: command.stdout }, 'A command must run inside.')
}

const secrets = async (stage: Stage, place: SecretPlace): Promise<void> => {
  const canary = `canary-${randomBytes(8).toString('hex')}`
  const target = stage.target()
  const inputs = place.inject(stage.inputs(target), canary)
  const applied = await stage.apply('create', target, inputs)
  const at = { ...target, id: applied.id }
  const nowhere = await stage.apply('update', stage.target(), inputs).catch(textOf)
  const places = (await place.places?.()) ?? []
  const seen = [applied, await stage.see(at), await stage.list(), stage.said, nowhere].map((one) => JSON.stringify(one))
  for (const text of [...seen, ...places]) assert.ok(!text.includes(canary), 'A secret must appear nowhere but inside the machine.')
}

const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.message}\n${error.stack}\n${String(error.cause)}` : String(error)
