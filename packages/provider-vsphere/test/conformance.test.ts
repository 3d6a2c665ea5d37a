import { conformanceCases } from '@forgeplan/sdk/conformance'
import { afterAll, describe, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import { subjectOf } from './subject.ts'

const worlds = hasVcsim() ? await Promise.all([startVcsim(['-vm', '1']), startVcsim(['-esx', '-vm', '0'])]) : null

afterAll(async () => {
  for (const world of worlds ?? []) await world[Symbol.asyncDispose]()
})

const machines = {
  'from a template': { template: 'DC0_H0_VM0' },
  'from an image': { init: 'echo hello', iso: '[LocalDS_0] boot.iso', network: 'VM Network', disks: [{ name: 'data', size: 2 ** 30 }] },
}

describe.skipIf(worlds === null)('the vSphere provider conforms', () => {
  const [main = { port: 0 }, other = { port: 0 }] = worlds ?? []
  describe.each(Object.entries(machines))('with machines %s', (_, inputs) => {
    for (const { name, run } of conformanceCases(subjectOf(main, other, inputs))) it(name, run)
  })
})
