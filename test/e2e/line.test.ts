import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePorts, isAlive, makeGround, root } from './support/command.ts'
import type { Ground, Machine } from './support/command.ts'

const quickstart = await readFile(join(root, 'examples', 'quickstart', 'forge.yaml'), 'utf8')

const visit = async ({ outputs }: Machine): Promise<string> => (await fetch(outputs.url)).text()

const kill = async (machine: Machine): Promise<void> => {
  process.kill(machine.outputs.pid, 'SIGKILL')
  await expect.poll(() => isAlive(machine.outputs.pid)).toBe(false)
}

test('the quickstart: plan, create, nothing to do, repair, destroy, and nothing is left running', async () => {
  await using ground = await makeGround(quickstart)
  const env = { FORGE_VAR_port: String(await freePorts(4)) }
  const forge = (...argv: readonly string[]) => ground.forge(argv, env)
  expect(await forge('validate')).toEqual({ code: 0, out: 'The configuration of quickstart is valid.\n', err: '' })
  expect((await forge('plan', '--detailed-exitcode')).code).toBe(2)
  const applied = await forge('apply', '--auto-approve')
  expect(applied).toMatchObject({ code: 0, err: '' })
  expect(applied.out).toContain('Resources: 4 added, 0 changed, 0 destroyed.')
  const machines = await ground.machines()
  expect(await Promise.all(machines.map(visit))).toEqual(['web-1', 'web-2', 'web-3', 'admin'].map((name) => `quickstart-${name}\n`))
  expect((await forge('plan', '--detailed-exitcode')).code).toBe(0)

  const victim = machines[1] as Machine
  await kill(victim)
  const seen = await forge('plan', '--detailed-exitcode')
  expect(seen.code).toBe(2)
  expect(seen.out).toContain('Plan: 0 to add, 1 to change, 0 to destroy.')
  expect((await forge('apply', '--auto-approve')).code).toBe(0)
  const repaired = (await ground.machines()).find(({ address }) => address === victim.address) as Machine
  expect(repaired.uid).toBe(victim.uid)
  expect(await visit(repaired)).toBe('quickstart-web-2\n')

  expect((await forge('destroy', '--auto-approve')).code).toBe(0)
  expect([...machines, repaired].filter(({ outputs }) => isAlive(outputs.pid))).toEqual([])
  expect(await ground.processes()).toEqual([])
})

const slow = `stack: slow
providers:
  local: { plugin: hyperkit }
flavors:
  awake: { plugin: vanilla, init: "touch awake; exec sleep 1000", health: { exec: [test, -e, awake] } }
groups:
  sloth:
    size: 4
    instance: { provider: local, stub: { bootDelay: 5s } }
    flavor: awake
`

const startSlowly = async (ground: Ground) => {
  const running = ground.start(['apply', '--auto-approve'])
  await running.printed('Waiting for health')
  return running
}

test('an interrupt finishes what runs and exits 130; the next apply goes on', async () => {
  await using ground = await makeGround(slow)
  const running = await startSlowly(ground)
  running.child.kill('SIGINT')
  const { code, out } = await running.ended
  expect(code).toBe(130)
  expect(out).toContain('To go on: forge apply')
  expect((await ground.forge(['apply', '--auto-approve'])).code).toBe(0)
  const machines = await ground.machines()
  expect(machines.map(({ outputs }) => isAlive(outputs.pid))).toEqual([true, true, true, true])
  expect((await ground.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
})

test('while one applies, another exits 4 and says who has the state; unlock says so too', async () => {
  await using ground = await makeGround(slow)
  const running = await startSlowly(ground)
  const other = await ground.forge(['apply', '--auto-approve'])
  expect(other.code).toBe(4)
  expect(other.err).toContain(String(running.child.pid))
  const asked = await ground.forge(['unlock'])
  expect(asked.code).toBe(1)
  expect(asked.err).toContain(`process ${String(running.child.pid)}`)
  expect((await running.ended).code).toBe(0)
})

test('of eight applies at once one works, and seven exit 4', async () => {
  await using ground = await makeGround(slow)
  const all = Array.from({ length: 8 }, () => ground.start(['apply', '--auto-approve']))
  const codes = (await Promise.all(all.map(({ ended }) => ended))).map(({ code }) => code)
  expect(codes.filter((code) => code === 0)).toHaveLength(1)
  expect(codes.filter((code) => code === 4)).toHaveLength(7)
  expect(await ground.machines()).toHaveLength(4)
})

test('a reader that leaves ends the printing, not the apply', async () => {
  await using ground = await makeGround(slow)
  const running = await startSlowly(ground)
  running.child.stdout?.destroy()
  expect((await running.ended).code).toBe(0)
  expect(await ground.machines()).toHaveLength(4)
})

test('an apply that is killed is found out by the next one', async () => {
  await using ground = await makeGround(slow)
  const running = await startSlowly(ground)
  running.child.kill('SIGKILL')
  await running.ended
  expect((await ground.forge(['apply', '--auto-approve'])).code).toBe(0)
  expect(await ground.machines()).toHaveLength(4)
  expect((await ground.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
})
