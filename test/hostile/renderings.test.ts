import { expect, it } from 'vitest'
import type { Catalog, Plan, State } from '@forgeplan/model'
import {
  eventJson,
  eventText,
  graphDot,
  graphMermaid,
  graphOf,
  outputsJson,
  outputsText,
  planView,
  progress,
  renderJson,
  renderMarkdown,
  renderText,
  rowText,
  runReport,
  screen,
  startProgress,
  stateList,
  stateListJson,
  stateListText,
  stateShow,
  stateShowJson,
  visibleJson,
} from '@forgeplan/report'
import type { Applied } from '@forgeplan/testkit'
import { Lab, World } from '@forgeplan/testkit'
import { ProviderError } from '@forgeplan/sdk'
import { rawControls } from './support/raw.ts'

const evil = [
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007',
  '\u202eevil\u2066\u200f',
  '\u009b2J\u0085\u2028\u2029\ufeff',
  '\r\nAll is well.\n\tPlan: 0 to add',
  '</details><script>```\n~~~~\n````` |a|b| **bold** [x](http://evil) @team #1',
  'A'.repeat(10_000),
].join(' ')

const config = (note: string): string => `stack: lab
providers: { here: { plugin: sim, world: w } }
groups:
  web: { size: 3, instance: { provider: here, image: debian, note: ${JSON.stringify(note)}, tags: { ${JSON.stringify(`k ${evil.slice(0, 60)}`)}: ${JSON.stringify(note)} } } }
instances:
  one: { instance: { provider: here, image: debian } }
outputs:
  note: ${JSON.stringify(note)}
  ip: \${instances.one.ip}
`

/** A run whose machines say hostile things at every place where a machine or its provider can say something. */
const hostileRun = async (lab: Lab): Promise<{ readonly applied: Applied; readonly plans: readonly Plan[] }> => {
  lab.configure(config(evil))
  const created = await lab.plan()
  await lab.apply({ plan: created })
  const [first, second, third, last] = lab.world.objects()
  if (first === undefined || second === undefined || third === undefined || last === undefined)
    throw new Error('Four machines were wanted.')
  lab.world.edit(first.id, { name: evil, outputs: { ...first.outputs, ip: evil, [evil.slice(0, 40)]: [evil] } })
  lab.world.editInput(first.id, 'note', `${evil} edited`)
  lab.world.kill(second.id, evil)
  lab.world.moveAway(third.id, evil)
  lab.world.setHealth(last.id, { healthy: false, why: evil } as never)
  lab.configure(config(`${evil} new`))
  const changed = await lab.plan()
  lab.world.interceptors.push((about, proceed) => (about.mutating ? Promise.reject(new ProviderError('invalid', evil)) : proceed()))
  const applied = await lab.apply({ plan: changed })
  lab.world.interceptors.length = 0
  return { applied, plans: [created, changed, await lab.plan(), await lab.plan({ mode: 'destroy' })] }
}

const renderingsOf = (plan: Plan, catalog: Catalog): Readonly<Record<string, string>> => {
  const view = planView(plan, catalog)
  const graph = graphOf(plan.desired, plan)
  return {
    text: renderText(view, { width: 80, color: false, verbose: false }),
    verbose: renderText(view, { width: 200, color: false, verbose: true }),
    markdown: renderMarkdown(view),
    json: renderJson(view),
    mermaid: graphMermaid(graph),
    dot: graphDot(graph),
  }
}

const storiesOf = ({ plan, events }: Applied): Readonly<Record<string, string>> => {
  const end = events.reduce(progress, startProgress(plan))
  const middle = events.slice(0, -1).reduce(progress, startProgress(plan))
  const look = { width: 80, height: 24, now: 0, glyphs: 'unicode', aborting: false } as const
  return {
    events: events.map((event) => eventText(event, { color: false }) ?? '').join('\n'),
    'events as JSON': events.map((event) => visibleJson(JSON.stringify(eventJson(event)))).join('\n'),
    report: runReport(end, { color: false, width: 80, planFile: null }),
    'screen in the middle': screen(middle, look).map(rowText).join('\n'),
    'screen at the end': screen(end, look).map(rowText).join('\n'),
  }
}

const stateTexts = (state: State): Readonly<Record<string, string>> => {
  const rows = stateList(state)
  const context = (of: string) => [...state.contexts].find(([id]) => id === of)?.[1]
  return {
    'state list': stateListText(rows),
    'state list as JSON': stateListJson(rows),
    'state show': rows.map((row) => stateShow(row, context(row.context), {}, { width: 80, color: false })).join('\n'),
    'state show as JSON': rows.map((row) => stateShowJson(row, context(row.context), {})).join('\n'),
    outputs: outputsText(state.outputs, new Set()),
    'outputs as JSON': outputsJson(state.outputs, new Set()),
  }
}

/** Fences as GitHub reads them: one is closed by a line of at least as many of the same characters. */
const openFence = (markdown: string): string | null => {
  let open: string | null = null
  for (const line of markdown.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence === undefined) continue
    if (open === null) open = fence
    else if (fence.startsWith(open) && line.trim() === fence) open = null
  }
  return open
}

it('what machines and configurations call themselves reaches no terminal and no page', async () => {
  using lab = new Lab({ world: new World({ name: 'w' }) })
  const { applied, plans } = await hostileRun(lab)
  expect(applied.outcome.result).not.toBe('done')
  const all = {
    ...Object.assign(
      {},
      ...plans.map((plan, n) =>
        Object.fromEntries(Object.entries(renderingsOf(plan, lab.catalog)).map(([name, text]) => [`${name} of plan ${n}`, text])),
      ),
    ),
    ...storiesOf(applied),
    ...stateTexts(lab.state()),
  } as Readonly<Record<string, string>>
  expect(Object.values(all).join('\n')).toContain('u{202e}')
  const raw = Object.entries(all).filter(([, text]) => rawControls(text).length > 0)
  expect(
    raw.map(
      ([name, text]) =>
        `${name}: ${[...new Set(rawControls(text))].map((char) => `U+${char.codePointAt(0)?.toString(16) ?? ''}`).join(' ')}`,
    ),
  ).toEqual([])
  for (const [name, text] of Object.entries(all)) {
    if (name.startsWith('markdown')) {
      expect(openFence(text), name).toBeNull()
      expect(text.match(/^<details>/gm)?.length ?? 0, name).toBe(text.match(/^<\/details>$/gm)?.length ?? 0)
      expect(text.length, name).toBeLessThanOrEqual(60_000)
    }
    if (/json/i.test(name)) for (const line of text.split('\n')) if (line !== '') JSON.parse(line)
    expect(text, name).not.toMatch(/^All is well\./m)
  }
})
