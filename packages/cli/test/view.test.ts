import type { Event, UnitName } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'
import { eventText } from '@forgeplan/report'
import { describe, expect, it } from 'vitest'
import { makeInterrupts } from '../src/shell/interrupts.ts'
import { makeSecrets } from '../src/shell/secrets.ts'
import { chooseView } from '../src/view/choose.ts'
import { makeGateLines } from '../src/view/gate-lines.ts'

const tty = { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }

const around = (env: Readonly<Record<string, string>>, columns: number | null = 80): Parameters<typeof chooseView>[0] => {
  const screen =
    columns === null ? null : { size: () => ({ columns, rows: 24 }), onResize: () => () => undefined, onSuspend: () => () => undefined }
  const terminal = {
    out: () => undefined,
    note: () => undefined,
    outColor: false,
    noteColor: false,
    width: columns ?? 80,
    screen,
    interactive: true,
    ask: () => Promise.resolve(null),
    readAll: () => Promise.resolve(''),
  }
  return { terminal, shell: { env, cwd: '/', secrets: makeSecrets(), interrupts: makeInterrupts().interrupts, terminal: () => terminal } }
}

describe('a run is shown', () => {
  it('as a picture on a terminal that can redraw', () => {
    expect(chooseView(around(tty), {})).toMatchObject({ kind: 'picture', glyphs: 'unicode' })
  })

  it.each([{ LANG: 'C' }, { LANG: 'C.UTF-8', LC_ALL: 'POSIX' }, { LANG: 'C.UTF-8', TERM: 'linux' }])(
    'with ASCII signs where %o has no others',
    (env) => {
      expect(chooseView(around({ ...tty, ...env }), {})).toMatchObject({ kind: 'picture', glyphs: 'ascii' })
    },
  )

  it.each([{ TERM: 'dumb' }, { TERM: '' }, { CI: 'true' }, { FORGE_LOG: 'debug' }, { INK_SCREEN_READER: 'true' }])(
    'as lines with %o',
    (env) => {
      expect(chooseView(around({ ...tty, ...env }), {})).toEqual({ kind: 'lines' })
    },
  )

  it('as lines where there is no terminal, or a narrow one, or --plain', () => {
    expect(chooseView(around(tty, null), {})).toEqual({ kind: 'lines' })
    expect(chooseView(around(tty, 39), {})).toEqual({ kind: 'lines' })
    expect(chooseView(around(tty), { plain: true })).toEqual({ kind: 'lines' })
    expect(chooseView(around({}), {})).toEqual({ kind: 'lines' })
  })

  it('as results alone with --concise, also on a terminal', () => {
    expect(chooseView(around(tty), { concise: true })).toEqual({ kind: 'concise' })
  })

  it('as JSON with --json, whatever else is so', () => {
    expect(chooseView(around(tty), { json: true, plain: true })).toEqual({ kind: 'json' })
  })
})

describe('as lines, a gate that waits', () => {
  const waited = (unit: string, healthy: number, seconds: number): Event => {
    const ms = seconds * 1000
    return { kind: 'gate-waiting', at: ms, step: stepId('gate', unit), unit: unit as UnitName, healthy, need: 3, elapsedMs: ms }
  }

  it('is told when its numbers change, and otherwise every 30 seconds', () => {
    const counts = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]
    const events = [...counts.map((healthy, index) => waited('group.web', healthy, 3 * index)), waited('group.db', 0, 42)]
    expect(events.filter(makeGateLines()).map((event) => eventText(event, { color: false }))).toEqual([
      'group.web: Waiting for health: 0 of 3 healthy [0s elapsed]',
      'group.web: Waiting for health: 1 of 3 healthy [6s elapsed]',
      'group.web: Waiting for health: 1 of 3 healthy [36s elapsed]',
      'group.web: Waiting for health: 2 of 3 healthy [39s elapsed]',
      'group.db: Waiting for health: 0 of 3 healthy [42s elapsed]',
    ])
  })
})
