import { builtinProviders } from '@forgeplan/cli'
import type { Effect, Present, ResourceType, Value } from '@forgeplan/model'
import { normalise, remoteId } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { textOf } from './support/markdown.ts'

const provider = await builtinProviders['vsphere']?.()
const machine = provider?.types.find(({ name }) => name === provider.machine) as ResourceType
const page = textOf('docs/vsphere.md')

/** One of the changes in the first column of the table: a field, and, where it matters, what it was and becomes. */
interface Shown {
  readonly text: string
  readonly field: string
  readonly effect: string
  readonly real: Effect
}

const seen = (hotAdd: boolean): Present => ({
  kind: 'present',
  id: remoteId('vm-1'),
  inputs: { hotAdd },
  outputs: {},
  status: { kind: 'running' },
})

const valueOf = (field: string, text: string): Value => {
  const schema = machine.inputs.fields[field]?.schema
  return schema === undefined ? text : normalise(schema, parse(text) as Value)
}

const shown = [...page.matchAll(/^\| (`.*?) \| (live|restart|replace|refuse) \|/gm)].flatMap(([, changes = '', effect = '']) => {
  const sight = seen(changes.includes('with `hotAdd`'))
  const spans = [...changes.replace(' with `hotAdd`', '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
  return spans.map((text): Shown => {
    const [, field = text, before, after] = /^(\w+): (.*) -> (.*)$/.exec(text) ?? []
    const [from, to] = before === undefined || after === undefined ? ['old', 'new'] : [valueOf(field, before), valueOf(field, after)]
    return { text, field, effect, real: machine.effect(field, from, to, sight) }
  })
})

test('the table of docs/vsphere.md says what each change does', () => {
  expect(shown.map(({ text, effect }) => `${text}: ${effect}`)).toEqual(shown.map(({ text, real }) => `${text}: ${real}`))
})

test('every field of a machine is in that table', () => {
  const named = new Set(shown.map(({ field }) => field))
  expect(Object.keys(machine.inputs.fields).filter((field) => !named.has(field))).toEqual([])
  expect([...named].filter((field) => !Object.hasOwn(machine.inputs.fields, field))).toEqual([])
})
