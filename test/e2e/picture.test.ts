import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { golden } from '@forgeplan/testkit'
import { describe, expect, test } from 'vitest'
import { hasTmux } from '../require.ts'
import { makeGround } from './support/command.ts'
import { openTerminal } from './support/tmux.ts'

/** Machines that are healthy once a command has ended. */
const fleet = (until: string): string => `stack: lab
providers:
  local: { plugin: hyperkit }
flavors:
  awake: { plugin: vanilla, init: "${until}; touch awake; exec sleep 1000", health: { exec: [test, -e, awake] } }
groups:
  db:
    size: 2
    instance: { provider: local }
    flavor: awake
  web:
    size: 3
    instance: { provider: local }
    flavor: awake
    dependsOn: [group.db]
instances:
  nfs:
    instance: { provider: local }
`

/** A fleet that sleeps until the test wakes it: however slow this computer is, no screen is missed. */
const makeSleeping = async (): Promise<AsyncDisposable & { readonly directory: string; wake(): Promise<void> }> => {
  const ground = await makeGround(fleet('true'))
  const signal = join(ground.directory, 'awake')
  await writeFile(join(ground.directory, 'forge.yaml'), fleet(`until test -e ${signal}; do sleep 0.1; done`))
  return {
    directory: ground.directory,
    wake: () => writeFile(signal, ''),
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  }
}

/** A screen without what differs from run to run: times, the plan's id, the spaces between columns. */
const settled = (rows: readonly string[]): readonly string[] =>
  rows.map((row) =>
    row
      .replace(/\b(\d+m)?\d+s\b/g, 'TIME')
      .replace(/plan [0-9a-f]{8}/, 'plan ID')
      .replace(/ {2,}/g, '  '),
  )

/** The settled screen from the last row that begins with a text; the prompt after it does not count. */
const from = (rows: readonly string[], start: string): string => {
  const shown = settled(rows).filter((row) => row !== '$')
  return `${shown.slice(shown.findLastIndex((row) => row.startsWith(start))).join('\n')}\n`
}

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 40 },
]

describe.runIf(hasTmux())('in a real terminal', () => {
  test.each(sizes)('of $columns columns the screens of an apply and a destroy are those that are kept', async ({ columns, rows }) => {
    const screens: string[] = []
    await using ground = await makeSleeping()
    using terminal = openTerminal(ground.directory, { columns, rows })
    terminal.type('forge apply --auto-approve')
    await terminal.shows('waiting for health: 0 of 2')
    await terminal.shows('✓ instance.nfs')
    screens.push(from(terminal.screen(), 'Applying lab'))
    await ground.wake()
    await terminal.shows('Apply complete!')
    screens.push(from(terminal.screen(), 'Applied lab'))
    terminal.type('clear; forge destroy')
    await terminal.shows("Only 'lab' is taken as a yes")
    screens.push(from(terminal.screen(), 'Plan:'))
    terminal.type('lab')
    await terminal.shows('Destroy complete!')
    screens.push(from(terminal.screen(), 'Destroyed lab'))
    golden(join(import.meta.dirname, 'golden', `terminal-${columns}.golden.txt`), screens.join('\n=====\n\n'))
  })

  test('a run survives every resize, down to 20 columns', async () => {
    await using ground = await makeSleeping()
    using terminal = openTerminal(ground.directory, { columns: 120, rows: 30 })
    terminal.type('forge apply --auto-approve')
    await terminal.shows('Ctrl-C')
    for (const [columns, rows] of [
      [60, 30],
      [20, 12],
      [200, 8],
      [90, 30],
    ] as const) {
      terminal.resize({ columns, rows })
      await terminal.shows('Applying lab')
    }
    await ground.wake()
    await terminal.shows('Apply complete! Resources: 6 added, 0 changed, 0 destroyed.')
    const text = terminal.screen().join('\n')
    expect(text.split('Applied lab')).toHaveLength(2)
    expect(settled(terminal.screen())).toContain('✓ group.web  3/3  TIME')
  })

  test('Ctrl-C is answered on the screen, and the report names the command that goes on', async () => {
    await using ground = await makeGround(fleet('sleep 30'))
    using terminal = openTerminal(ground.directory, { columns: 80, rows: 24 })
    terminal.type('forge apply --auto-approve; echo "exit $?"')
    await terminal.shows('waiting for health: 0 of 2')
    terminal.press('C-c')
    await terminal.shows('exit 130')
    const text = terminal.screen().join('\n')
    expect(text).toContain('Interrupted lab')
    expect(text).toContain('group.web: 0 of 3 done, 3 not started')
    expect(text).toContain('To go on: forge apply')
  })

  test('Ctrl-Z leaves a shell that works, and fg goes on with the picture', async () => {
    await using ground = await makeSleeping()
    using terminal = openTerminal(ground.directory, { columns: 80, rows: 40 })
    terminal.type('forge apply --auto-approve')
    await terminal.shows('waiting for health: 0 of 2')
    terminal.press('C-z')
    await terminal.shows('Stopped')
    await ground.wake()
    terminal.type('clear; fg')
    await terminal.shows('Apply complete!')
    expect(terminal.screen().join('\n')).toContain('6/6 done')
  })

  test('a terminal that is closed ends the run as an interrupt does', async () => {
    await using ground = await makeGround(fleet('sleep 60'))
    using terminal = openTerminal(ground.directory, { columns: 80, rows: 24 })
    using other = openTerminal(ground.directory, { columns: 80, rows: 24 })
    terminal.type('forge apply --auto-approve')
    await terminal.shows('waiting for health: 0 of 2')
    terminal.close()
    other.type('forge apply --auto-approve --lock-timeout 30s --plain')
    await other.shows('group.web: Waiting for health')
    other.press('C-c')
    await other.shows('To go on: forge apply')
  })

  test('a dumb terminal and CI get lines', async () => {
    await using ground = await makeGround(fleet('sleep 0'))
    using terminal = openTerminal(ground.directory, { columns: 100, rows: 50 })
    terminal.type('TERM=dumb forge apply --auto-approve')
    await terminal.shows('Apply complete!')
    expect(terminal.screen().join('\n')).toMatch(/^group\.db\/1: Creating\.\.\.$/m)
    terminal.type('clear; CI=true forge destroy --auto-approve')
    await terminal.shows('Destroy complete!')
    expect(terminal.screen().join('\n')).toMatch(/^group\.db\/1: Destroying\.\.\.$/m)
  })
})
