import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePorts, makeGround, root } from './support/command.ts'
import { startLoad } from './support/load.ts'

const example = await readFile(join(root, 'examples', 'rolling-web', 'forge.yaml'), 'utf8')

test('a roll with surge answers every request, and ends with the new release only', async () => {
  await using ground = await makeGround(example)
  const base = await freePorts(9)
  const env = { FORGE_VAR_port: String(base) }
  expect(await ground.forge(['apply', '--auto-approve'], env)).toMatchObject({ code: 0, err: '' })
  const load = startLoad(Array.from({ length: 8 }, (_, i) => base + 1 + i))
  const plan = await ground.forge(['plan', '--var', 'release=two'], env)
  expect(plan.out).toContain('Plan: 3 to add, 0 to change, 3 to destroy.')
  const rolled = await ground.forge(['apply', '--auto-approve', '--var', 'release=two'], env)
  const { answers, failures } = await load.stop()
  expect(rolled, rolled.out).toMatchObject({ code: 0, err: '' })
  expect(failures).toEqual([])
  expect([...answers.keys()].toSorted()).toEqual(['one', 'two'])
  const machines = await ground.machines()
  expect(machines.map(({ address }) => address)).toEqual(['group.web/4', 'group.web/5', 'group.web/6'])
  expect(await Promise.all(machines.map(async ({ outputs }) => (await fetch(outputs.url)).text()))).toEqual(['two\n', 'two\n', 'two\n'])
})

const canary = (image: string): string => `stack: canary
providers: { local: { plugin: hyperkit } }
flavors: { web: { plugin: vanilla, init: "echo ${image}; exec sleep 1000", health: { exec: ["true"] } } }
groups:
  web: { size: 3, instance: { provider: local }, flavor: web, update: { canary: 1 } }
`

test('a canary stops without a person, goes on with an approval, and is never asked twice', async () => {
  await using ground = await makeGround(canary('one'))
  expect((await ground.forge(['apply', '--auto-approve'])).code).toBe(0)
  const before = await ground.machines()
  await ground.write(canary('two'))
  expect((await ground.forge(['plan', '--out', 'roll.plan'])).code).toBe(0)
  const stopped = await ground.forge(['apply', 'roll.plan'])
  expect(stopped.code).toBe(3)
  expect(stopped.out).toContain('--approve canary.group.web')
  const half = await ground.machines()
  expect(half.filter(({ uid }) => before.some((one) => one.uid === uid))).toHaveLength(2)
  expect((await ground.forge(['apply', 'roll.plan', '--approve', 'canary.group.web'])).code).toBe(0)
  const after = await ground.machines()
  expect(after.filter(({ uid }) => before.some((one) => one.uid === uid))).toEqual([])
  expect(after[0]?.uid).toBe(half[0]?.uid)
  expect((await ground.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
})
