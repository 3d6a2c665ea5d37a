import { describe, expect, it } from 'vitest'
import { planView } from '../src/plan-view.ts'
import { renderJson } from '../src/render-json.ts'
import { renderMarkdown } from '../src/render-markdown.ts'
import { renderText } from '../src/render-text.ts'
import { catalog } from './builders.ts'
import { expectGolden } from './golden.ts'
import { rollScenarios } from './roll-scenarios.ts'
import { scenarios } from './scenarios.ts'

const text = { width: 100, color: false, verbose: false }
// The JSON of ten thousand members is megabytes: its bytes are compared by the property that two runs agree.
const bulky = new Set(['ten-thousand', 'roll-ten-thousand', 'hostile'])

describe.each(Object.entries({ ...scenarios, ...rollScenarios }))('the plan %s', (name, plan) => {
  const options = { back: name.startsWith('roll') ? 7 : null }
  const view = planView(plan, catalog, options)
  it('reads as text', () => expectGolden(`${name}.txt`, renderText(view, text)))
  it('reads as markdown', () => expectGolden(`${name}.md`, renderMarkdown(view)))
  it('reads as JSON, the same each time', () => {
    const json = renderJson(view)
    if (!bulky.has(name)) expectGolden(`${name}.json`, json)
    expect(renderJson(planView(plan, catalog, options))).toBe(json)
    expect(() => JSON.parse(json) as unknown).not.toThrow()
  })
})
