import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import { afterAll, describe, expect, it } from 'vitest'
import { hasQemu } from '../../../test/require.ts'
import { kill, processesIn, until } from './rig.ts'
import { machineSubject } from './subject.ts'

const folder = await mkdtemp(join(tmpdir(), 'forge-conformance-'))

afterAll(async () => {
  await until('nothing runs', async () => (await processesIn(folder)).length === 0).catch(() => undefined)
  const left = await processesIn(folder)
  for (const pid of left) kill(pid)
  await rm(folder, { recursive: true, force: true })
  expect(left).toEqual([])
})

describe('the stub driver conforms', () => {
  const subject = machineSubject(join(folder, 'stub'), { driver: 'stub' })
  const command = { argv: ['echo', 'hello'], stdout: 'hello\n' }
  for (const { name, run } of conformanceCases({ ...subject, offers: [...subject.offers, 'guest'], command })) it(name, run)
})

// The machines have nothing to boot, so that their firmware waits for ever; no more is needed of them here.
describe.skipIf(!hasQemu())('the qemu driver conforms', () => {
  const subject = machineSubject(join(folder, 'qemu'), { driver: 'qemu', accel: 'tcg', shutdownTimeout: 100 })
  for (const { name, run } of conformanceCases(subject)) it(name, run)
})
