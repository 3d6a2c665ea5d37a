import { afterAll, describe, expect, it } from 'vitest'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import { diskType } from '../src/sim-types.ts'
import { simSubject } from '../src/sim-subject.ts'
import { worldNamed } from '../src/world.ts'

describe('the simulated machine conforms', () => {
  const subject = simSubject('conformance')
  afterAll(() => {
    expect(worldNamed('conformance')?.objects()).toEqual([])
    subject[Symbol.dispose]()
  })
  for (const { name, run } of conformanceCases(subject)) it(name, run)
})

describe('the simulated disk conforms', () => {
  const { command: _command, secret: _secret, ...machine } = simSubject('conformance-disk')
  const { stop: _stop, ...world } = machine.world ?? {}
  const disk = {
    ...machine,
    type: diskType,
    offers: ['mark', 'preflight', 'find'] as const,
    inputs: () => ({ size: '1GiB' }),
    changed: () => ({ size: '2GiB' }),
    world,
  }
  afterAll(() => machine[Symbol.dispose]())
  for (const { name, run } of conformanceCases(disk)) it(name, run)
})
