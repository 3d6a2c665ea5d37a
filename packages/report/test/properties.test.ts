import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change, Plan, Risk } from '@forgeplan/model'
import { groupUnit } from '@forgeplan/model'
import { planView } from '../src/plan-view.ts'
import { proseText } from '../src/markdown-escape.ts'
import { renderJson } from '../src/render-json.ts'
import { renderMarkdown } from '../src/render-markdown.ts'
import { renderText } from '../src/render-text.ts'
import { alter, at, catalog, create, field, ids, keep, plan, remove } from './builders.ts'

const nasty = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '```',
    '````\n````',
    '</details>',
    '<details>',
    '@team #1',
    '\u001b[2J',
    '| a | b |',
    '\u202Eevil',
    '-->',
    'a\nb\nc\n',
    'x'.repeat(5000),
  ),
)

const changeOf = (unit: string, id: number): fc.Arbitrary<Change> => {
  const address = at(groupUnit(unit), id)
  const fields = fc.array(
    fc
      .tuple(fc.constantFrom('init', 'memory', 'tags', 'cpus', 'odd'), nasty, nasty)
      .map(([name, before, after]) => field(name, before, after)),
    { maxLength: 3 },
  )
  return fc.oneof(
    fc.constant(keep(address)),
    nasty.map((init) => create(address, { kind: 'new' }, { init })),
    fields.map((of) => alter('update', address, of)),
    fields.map((of) => alter('replace', address, of, { kind: 'requested' })),
    nasty.map((why) => alter('restart', address, [], { kind: 'stopped', why })),
    fc.constant(remove(address, { kind: 'not-configured' })),
  )
}

const risk: fc.Arbitrary<Risk> = fc.record({
  severity: fc.constantFrom('high', 'medium', 'low'),
  kind: fc.constantFrom('destroy', 'replace', 'drift'),
  summary: nasty,
  addresses: fc.constant([at(groupUnit('g0'), 1)]),
})

const plans: fc.Arbitrary<Plan> = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 30 }))
  .chain(([units, size]) =>
    fc.tuple(
      fc.tuple(...ids(1, units).flatMap((unit) => ids(1, size).map((id) => changeOf(`g${unit}`, id)))),
      fc.array(risk, { maxLength: 6 }),
    ),
  )
  .map(([changes, risks]) => plan({ changes, risks }))

// Reads markdown as GitHub does, as far as blocks go: fences hide everything up to a fence that is at least as long.
const blocks = (markdown: string): { readonly open: number; readonly fence: string | null } => {
  let open = 0
  let fence: string | null = null
  for (const line of markdown.split('\n')) {
    const marker = /^(`{3,})/.exec(line)?.[1]
    if (fence !== null) {
      if (marker !== undefined && marker.length >= fence.length && line === marker) fence = null
    } else if (marker !== undefined) fence = marker
    else if (line.startsWith('<details>')) open++
    else if (line.startsWith('</details>')) open--
    if (open < 0) return { open, fence }
  }
  return { open, fence }
}

const controls = /[\p{Cc}\p{Cf}]/u

describe('the markdown of any plan', () => {
  it('fits its budget, is balanced, and names every high risk', () => {
    fc.assert(
      fc.property(plans, fc.constantFrom(60_000, 20_000), (of, budget) => {
        const markdown = renderMarkdown(planView(of, catalog), { budget })
        expect(markdown.length).toBeLessThanOrEqual(budget)
        expect(blocks(markdown)).toEqual({ open: 0, fence: null })
        for (const { kind, summary } of of.risks.filter(({ severity }) => severity === 'high'))
          expect(markdown).toContain(`**${kind}** ${proseText(summary.slice(0, 20)).slice(0, 10)}`)
        for (const line of markdown.split('\n')) expect(line).not.toMatch(controls)
      }),
      { numRuns: 100 },
    )
  })

  it('fits even with ten thousand lone units at risk', () => {
    const changes = ids(1, 10_000).map((id) => alter('replace', at(groupUnit(`unit-${id}`), id), [field('init', `a${id}`, 'b')]))
    const risks = changes.map(({ address }): Risk => ({
      severity: 'high',
      kind: 'replace',
      summary: `risk of ${address}`,
      addresses: [address],
    }))
    const markdown = renderMarkdown(planView(plan({ changes, risks }), catalog))
    expect(markdown.length).toBeLessThanOrEqual(60_000)
    expect(markdown).toContain('shortened')
    expect(markdown).toMatch(/more risks of high severity/)
    expect(blocks(markdown)).toEqual({ open: 0, fence: null })
  })
})

describe('the text of any plan', () => {
  it('keeps to the width, save for single long words, and obeys no escape sequence', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 80, max: 200 }), fc.boolean(), (of, width, verbose) => {
        const text = renderText(planView(of, catalog), { width, color: false, verbose })
        for (const line of text.split('\n')) {
          expect(line).not.toMatch(controls)
          // Marks that stand above or below a character take no column.
          if (Array.from(line.replaceAll(/[\p{Mn}\p{Me}]/gu, '')).length > width) expect(line).toMatch(/^\s*(#|\S{1,12})?\s*\S+$/)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('ends with the counts that Terraform users look for', () => {
    fc.assert(
      fc.property(plans, (of) => {
        const last = renderText(planView(of, catalog), { width: 100, color: true, verbose: false }).trimEnd().split('\n').at(-1)
        expect(last).toMatch(
          /^(Plan: \d+ to add, \d+ to change, \d+ to destroy\.|No changes\. Your infrastructure matches the configuration\.)$/,
        )
      }),
      { numRuns: 50 },
    )
  })
})

describe('the JSON of any plan', () => {
  it('has one entry per change and is the same each time', () => {
    fc.assert(
      fc.property(plans, (of) => {
        const json = renderJson(planView(of, catalog))
        const read = JSON.parse(json) as { readonly resource_changes: readonly { readonly address: string }[] }
        expect(read.resource_changes.map(({ address }) => address)).toEqual(of.changes.map(({ address }) => address))
        expect(renderJson(planView(of, catalog))).toBe(json)
      }),
      { numRuns: 50 },
    )
  })
})
