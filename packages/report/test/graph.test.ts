import { groupUnit, instanceUnit } from '@forgeplan/model'
import type { Address, Plan } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { graphDot, graphMermaid, graphOf } from '../src/index.ts'
import { at, create, ids, plan, remove, unit, web } from './builders.ts'

const db = groupUnit('db')
const nfs = instanceUnit('nfs')
const units = [
  { ...unit(web), dependsOn: [db, nfs], shape: { kind: 'sized', size: 3 } },
  { ...unit(db), shape: { kind: 'ids', ids: ['a', 'b'] } },
  { ...unit(nfs), shape: { kind: 'single' } },
] as const

const made: Plan = plan(
  { changes: [...ids(1, 3).map((id) => create(at(web, id))), remove(at(groupUnit('old'), 1), { kind: 'not-configured' })] },
  units,
)

test('units are boxes with their size, and arrows lead to what they need', () => {
  expect(graphMermaid(graphOf(made.desired, null))).toBe(
    [
      '---',
      'title: "lab"',
      '---',
      'flowchart LR',
      '  u0["group.db<br/>2 x hyperkit/machine"]',
      '  u1["group.web<br/>3 x hyperkit/machine"]',
      '  u2["instance.nfs<br/>hyperkit/machine"]',
      '  u1 --> u0',
      '  u1 --> u2',
      '',
    ].join('\n'),
  )
})

test('a plan shows what it does, and units that only it knows', () => {
  const text = graphDot(graphOf(made.desired, made))
  expect(text).toContain('[label = "group.web\\n3 x hyperkit/machine\\n+3"]')
  expect(text).toContain('[label = "group.old\\nnot in the configuration any more\\n-1"]')
  expect(text).toMatch(/u\d \[color = "#cf222e"\]/)
  expect(text).toMatch(/^digraph "lab" \{\n/)
})

test('a hostile name is text in both languages', () => {
  const evil = 'group.x"]; click u0 "javascript:alert(1)" `**b**` <img> \u202e\n} \\' as Address
  const hostile: Plan = { ...made, desired: { ...made.desired, units: [{ ...units[0], name: evil as never, dependsOn: [] }] }, changes: [] }
  const mermaid = graphMermaid(graphOf(hostile.desired, null))
  expect(mermaid.split('\n')).toHaveLength(6)
  expect(mermaid.split('\n')[4]).toMatch(/^ {2}u0\["[^"`<\\]*<br\/>[^"`<\\]*"\]$/)
  const dot = graphDot(graphOf(hostile.desired, null))
  expect(dot.split('\n')).toHaveLength(6)
  expect(dot.replaceAll('\\\\', '').replaceAll('\\"', '').match(/"/g)).toHaveLength(4)
})

test('the same units in another order draw the same graph', () => {
  const other = { ...made.desired, units: made.desired.units.toReversed() }
  expect(graphMermaid(graphOf(other, made))).toBe(graphMermaid(graphOf(made.desired, made)))
})
