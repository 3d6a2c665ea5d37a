import type { Event, Plan, Step } from '@forgeplan/model'
import { groupUnit, lineage, memberAddress, planId, stackName, stepId } from '@forgeplan/model'
import type { Progress } from '@forgeplan/report'
import { progress, startProgress } from '@forgeplan/report'
import { describe, expect, it } from 'vitest'
import { eraseText } from '../src/erase.ts'
import { loadPicture } from '../src/load.ts'
import { Paper } from '../src/paper.ts'
import type { Surface } from '../src/surface.ts'

// As on a build server, where Ink that is loaded in another way draws nothing but the last frame.
process.env['CI'] = 'true'

const began = 1_700_000_000_000
const web = groupUnit('web')
const steps: readonly Step[] = [1, 2, 3].map((id) => {
  const address = memberAddress(web, String(id))
  return { id: stepId('create', address), kind: 'create', address, after: [] }
})
const plan: Plan = {
  format: 1,
  tool: 0,
  id: planId('9c1f2ab47d10'.padEnd(64, '0')),
  stack: stackName('lab'),
  lineage: lineage('0f8fad5b-d9cb-469f-a165-70867728950e'),
  mode: 'normal',
  targets: [],
  desired: {
    stack: stackName('lab'),
    providers: [],
    units: [],
    outputs: [],
    moved: [],
    maxDestroy: { kind: 'count', count: 0 },
    requires: [],
  },
  realms: {},
  contexts: {},
  renamed: [],
  changes: [],
  steps,
  rolls: [],
  outputs: [],
  risks: [],
  refusals: [],
  lifts: [],
  basis: [],
  warnings: [],
}
const started: readonly Event[] = [
  { kind: 'run-started', at: began, plan: plan.id, stack: plan.stack, steps: 3, done: 0 },
  ...steps.flatMap((step): readonly Event[] =>
    step.kind === 'create' ? [{ kind: 'step-started', at: began, step: step.id, verb: 'create', address: step.address }] : [],
  ),
]
const atWork: Progress = started.reduce(progress, startProgress(plan))
const finished: Progress = [
  ...steps.flatMap((step): readonly Event[] =>
    step.kind === 'create'
      ? [{ kind: 'step-succeeded', at: began + 2000, step: step.id, verb: 'create', address: step.address, elapsedMs: 2000 }]
      : [],
  ),
  {
    kind: 'run-ended',
    at: began + 2000,
    plan: plan.id,
    result: 'done',
    counts: { imported: 0, added: 3, changed: 0, destroyed: 0, failed: 0, skipped: 0 },
    elapsedMs: 2000,
    failure: null,
  } as const,
].reduce(progress, atWork)

/** A terminal that keeps what is written, and can be resized and put to sleep. */
const makeSurface = (columns: number, rows: number) => {
  const written: string[] = []
  const listeners = { resize: new Set<() => void>(), suspend: new Set<{ before: () => void; after: () => void }>() }
  let size = { columns, rows }
  const surface: Surface = {
    write: (text) => void written.push(text),
    size: () => size,
    onResize: (listener) => {
      listeners.resize.add(listener)
      return () => void listeners.resize.delete(listener)
    },
    onSuspend: (listener) => {
      listeners.suspend.add(listener)
      return () => void listeners.suspend.delete(listener)
    },
    now: () => began + 5000,
    color: false,
    glyphs: 'ascii',
  }
  const resize = (to: { columns: number; rows: number }): void => {
    size = to
    for (const listener of listeners.resize) listener()
  }
  return { surface, listeners, resize, text: () => written.join(''), clear: () => void written.splice(0) }
}

const frames = (text: string): number => text.split('Applying lab').length - 1
const aFrame = async (text: () => string, wanted: string): Promise<void> => {
  for (let round = 0; round < 200 && !text().includes(wanted); round++) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(text()).toContain(wanted)
}

describe('a picture', () => {
  it('draws what it is shown and leaves the last frame standing, with the cursor back', async () => {
    const { surface, text, listeners } = makeSurface(80, 24)
    const picture = (await loadPicture())(surface)
    picture.show(atWork)
    await aFrame(text, 'group.web/2  creating')
    picture.show(finished)
    await picture.close()
    const last = text().slice(text().lastIndexOf('Applied lab'))
    expect(last).toContain('3/3 done\n\n+ group.web  3/3   2s\n')
    expect(last.endsWith('\u001b[?25h')).toBe(true)
    expect(listeners.resize.size + listeners.suspend.size).toBe(0)
  })

  it('never clears the terminal with its history, also when it gets lower than the picture', async () => {
    const { surface, text, resize, clear } = makeSurface(80, 24)
    const picture = (await loadPicture())(surface)
    picture.show(atWork)
    await aFrame(text, 'Ctrl-C')
    clear()
    resize({ columns: 80, rows: 4 })
    await aFrame(text, 'Applying lab')
    resize({ columns: 30, rows: 10 })
    await picture.close()
    expect(text()).not.toContain('\u001b[3J')
    expect(text()).not.toContain('\u001b[2J')
  })

  it('is drawn anew after the process was asleep, and shows the cursor meanwhile', async () => {
    const { surface, text, listeners, clear } = makeSurface(80, 24)
    const picture = (await loadPicture())(surface)
    picture.show(atWork)
    await aFrame(text, 'Ctrl-C')
    for (const { before } of listeners.suspend) before()
    expect(text().endsWith('\u001b[?25h')).toBe(true)
    clear()
    for (const { after } of listeners.suspend) after()
    await aFrame(text, 'Applying lab')
    expect(text()).not.toContain('\u001b[1A')
    await picture.close()
  })

  it('keeps off the terminal while it is put aside, and goes on below what was written', async () => {
    const { surface, text, listeners, resize, clear } = makeSurface(80, 24)
    const picture = (await loadPicture())(surface)
    picture.show(atWork)
    const back = await picture.putAside()
    expect(text()).toContain('group.web/2  creating')
    expect(text().endsWith('\u001b[?25h')).toBe(true)
    clear()
    picture.show(finished)
    resize({ columns: 60, rows: 20 })
    for (const { before, after } of listeners.suspend) [before, after].forEach((tell) => tell())
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(text()).toBe('')
    back()
    await aFrame(text, 'Applied lab')
    expect(text()).not.toContain('\u001b[1A')
    await picture.close()
  })

  it('leaves its last frame also when the run ends while it is put aside', async () => {
    const { surface, text } = makeSurface(80, 24)
    const picture = (await loadPicture())(surface)
    const back = await picture.putAside()
    picture.show(finished)
    await picture.close()
    expect(frames(text().replaceAll('Applied lab', 'Applying lab'))).toBe(1)
    const written = text()
    back()
    expect(text()).toBe(written)
  })

  it('draws a few frames a second, however often it is told something', async () => {
    const { surface, text } = makeSurface(80, 24)
    const picture = (await loadPicture())(surface)
    for (let i = 0; i < 10_000; i++) picture.show(atWork)
    await aFrame(text, 'Ctrl-C')
    expect(frames(text())).toBeLessThan(20)
    await picture.close()
  })

  it('leaves the environment as it was', async () => {
    const before = { ...process.env }
    await loadPicture()
    expect({ ...process.env }).toEqual(before)
  })
})

describe('paper', () => {
  it('takes no more once it is muted', () => {
    const { surface, text } = makeSurface(10, 10)
    const paper = new Paper(surface)
    paper.write('a')
    paper.mute()
    paper.write('b')
    expect(text()).toBe('a')
  })
})

describe('the frame before a resize', () => {
  const size = { columns: 80, rows: 24 }

  it('is taken away where the terminal kept its rows', () => {
    expect(eraseText(5, size, { columns: 100, rows: 24 })).toBe('\u001b[5A\r\u001b[J')
    expect(eraseText(0, size, size)).toBe('')
  })

  it('goes up into the history where the terminal may have folded them', () => {
    expect(eraseText(5, size, { columns: 79, rows: 3 })).toBe('\n\n\n\u001b[H\u001b[J')
  })
})
