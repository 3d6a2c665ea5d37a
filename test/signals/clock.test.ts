import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { scale } from '../scale.ts'
import { root } from '../e2e/support/command.ts'
import { makeSite } from '../e2e/support/place.ts'
import { expectGoesOn, fleet } from './support/fleet.ts'
import { expectPromised } from './support/promises.ts'

const newPlace = await makeSite()

const env = { NODE_OPTIONS: `--import ${pathToFileURL(join(root, 'test', 'signals', 'support', 'jump.mjs')).href}` }

// The lease lives 30 s. At full scale the second command meets a run that is older and kept it by its heartbeats.
const [delayMs, during] = scale === 'full' ? ([16_000, 'group.web/3'] as const) : ([5_000, 'group.web/2'] as const)

const hour = 3_600_000
const jumps = [
  ['clock set forward by an hour', hour],
  ['clock set back by an hour', -hour],
] as const

// Hours, or tens of minutes.
const absurd = /\d+h\d+m|\d\dm\d+s|-\d+s/

test.each(jumps)('%s while machines are made: the lease is kept, and nobody takes it', async (event, ms) => {
  const place = await newPlace(fleet(delayMs))
  const running = place.start(['apply', '--auto-approve', '--parallelism', '1'], env)
  await running.printed('group.web/1: Creating...')
  await place.write('jump', String(ms))
  await running.printed(`${during}: Creating...`)
  const second = await place.forge(['apply', '--auto-approve'], env)
  expect(second).toMatchObject({ code: 4 })
  const ended = await running.ended
  expectPromised(event, ended)
  expect(ended.err).toBe('')
  expect(ended.out).not.toMatch(absurd)
  await expectGoesOn(place)
})

test.each(jumps)('%s while a group becomes healthy: its time is as long as before', async (event, ms) => {
  const config = fleet(0)
    .replace(
      'groups:',
      'flavors:\n  app: { plugin: vanilla, init: sleep 3; touch ready; exec sleep 1000, health: { exec: [test, -f, ready] } }\ngroups:',
    )
    .replace(', init: exec sleep 1000 }', ' }\n    flavor: app\n    healthTimeout: 2m')
  const place = await newPlace(config)
  const running = place.start(['apply', '--auto-approve'], env)
  await running.printed('Waiting for health')
  await place.write('jump', String(ms))
  const ended = await running.ended
  expectPromised(event, ended)
  expect(ended.out).toContain('group.web: Healthy after')
  expect(ended.out).not.toMatch(absurd)
  await expectGoesOn(place)
})
