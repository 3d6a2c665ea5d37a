import type { Catalog, Observation } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { simDisk, simMachine } from '../../testkit/src/sim-types.ts'
import { built, catalog, desired, seeing, summary, tryPlan, unit } from './builders.ts'

const machine = { ...simMachine, contents: ['cpus'] }
const reading: Catalog = {
  ...catalog,
  providers: new Map([
    ['sim', { name: 'sim', doc: '', settings: { kind: 'object', fields: {} }, types: [machine, simDisk], machine: machine.name }],
  ]),
}
const one = (cpus: number) => desired([unit('instance.nfs', { inputs: { cpus } })])
const holdsAnother = (seen: Observation): Observation => (seen.kind === 'present' ? { ...seen, inputs: { ...seen.inputs, cpus: 8 } } : seen)
const made = (cpus: number) => {
  const result = tryPlan(one(cpus), seeing(built(one(1)), 'instance.nfs', holdsAnother), {}, reading)
  if (!result.ok) throw new Error('no plan')
  return result.value
}

test('a file that holds something else is no drift, and nothing of it is set back', () => {
  expect(summary(made(1))).toEqual(['restart instance.nfs (content-changed)'])
  expect(made(1).risks).toEqual([])
})

test('another file is a change of the configuration, whatever the former one holds', () => {
  expect(summary(made(2))).toEqual(['restart instance.nfs (configured)'])
})
