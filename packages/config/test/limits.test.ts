import { expect, test } from 'vitest'
import { desiredOf, problemsOf } from './reading.ts'

const base = 'stack: s\nproviders: { p: { plugin: sim, endpoint: e } }\n'
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')

test('reads a map of 10,000 keys', () => {
  const text = `${base}outputs:\n  x:\n    value:\n${lines(10_000, (i) => `      k${i}: ${i}`)}`
  expect(Object.keys(desiredOf(text).outputs[0]?.value as object)).toHaveLength(10_000)
})

test('reads 2,000 groups that depend on each other', () => {
  const group = (i: number): string =>
    `  g${i}: { size: 5, instance: { provider: p, memory: 1GiB, hostname: "${i === 0 ? 'x' : `\${groups.g${i - 1}['1'].ip}`}" } }`
  const { units } = desiredOf(`${base}groups:\n${lines(2000, group)}`)
  expect(units).toHaveLength(2000)
  expect(units.at(-1)?.dependsOn).toEqual(['group.g1998'])
})

test('shows a circle of 2,000 groups without listing all of them', () => {
  const group = (i: number): string =>
    `  g${i}: { size: 1, dependsOn: [group.g${(i + 1) % 2000}], instance: { provider: p, memory: 1GiB } }`
  const problems = problemsOf(`${base}groups:\n${lines(2000, group)}`)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain('more ...')
})

test('tells 200 problems and how many are left', () => {
  const problems = problemsOf(`${base}groups:\n${lines(3000, (i) => `  g${i}: { size: x, instance: { provider: nope } }`)}`)
  expect(problems).toHaveLength(201)
  expect(problems.at(-1)).toContain('5800 more')
})

test.each(['[', '{a: ', '- ', '? ', '&a [', '"', '!!a '])('ends on 100,000 times %j', (unit) => {
  expect(problemsOf(`stack: ${unit === '- ' || unit === '? ' ? '\n  ' : ''}${unit.repeat(100_000)}`)).not.toEqual([])
})

test('ends on expressions without end', () => {
  const inside = [
    '('.repeat(5000),
    '1+'.repeat(5000),
    'a.'.repeat(5000),
    '!'.repeat(5000),
    '1?'.repeat(5000),
    'upper('.repeat(5000),
    'a['.repeat(5000),
  ]
  for (const text of inside) expect(problemsOf(`stack: s\noutputs: { a: '\${${text}1}' }`)[0]).toContain('FORGE2001')
})
