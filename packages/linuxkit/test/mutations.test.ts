import { expect, test } from 'vitest'
import { diagnosticsText } from '@forgeplan/report'
import { codes } from '@forgeplan/model'
import { coveredTexts, disclosed, readLinuxkit } from '../src/index.ts'
import { docker2018, dockerNow, minimal, sshd, sshd2018 } from './fixtures.ts'

const mutants = process.env['FORGE_TEST_SCALE'] === 'full' ? 5000 : 500

const seeds = [docker2018, dockerNow, minimal, sshd, sshd2018]
const scraps = [
  '"',
  "'",
  '\\',
  '\t',
  '\0',
  '\uD800',
  '\n',
  '\r',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '!!x ',
  '---\n',
  '<<: ',
  '|',
  '>',
  '#',
  '~',
  'null',
  '1e999',
  '99999999999999999999',
  '${',
  '__proto__: 1',
  'constructor: 1',
  '\u202E',
  '@pkg:',
  'x'.repeat(5000),
  '['.repeat(300),
] as const

// A small generator of its own, so that a mutant is known by its number.
const numbersFrom = (seed: number): ((below: number) => number) => {
  let state = seed * 2_654_435_761
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const mutated = (text: string, next: (below: number) => number): string => {
  const at = next(text.length + 1)
  const until = Math.min(text.length, at + next(40))
  const scrap = scraps[next(scraps.length)] ?? ''
  const changes = [
    () => text.slice(0, at) + text.slice(until),
    () => text.slice(0, at) + scrap + text.slice(at),
    () => text.slice(0, at) + scrap + text.slice(until),
    () => text.slice(0, at) + text.slice(at, until).repeat(1 + next(20)) + text.slice(until),
    () => text.slice(0, at) + text.slice(at, until).split('').toReversed().join('') + text.slice(until),
    () => linesMixed(text, next),
  ]
  return changes[next(changes.length)]?.() ?? text
}

const linesMixed = (text: string, next: (below: number) => number): string => {
  const lines = text.split('\n')
  const [moved = ''] = lines.splice(next(lines.length), 1)
  lines.splice(next(lines.length + 1), 0, ' '.repeat(next(6)) + moved)
  return lines.join('\n')
}

test(`${mutants} mutated files give diagnostics in the catalogue that can be shown, and never a crash`, () => {
  let refused = 0
  for (let number = 0; number < mutants; number++) {
    const next = numbersFrom(number + 1)
    let text = seeds[number % seeds.length] ?? ''
    for (let round = 0; round <= next(5); round++) text = mutated(text, next)
    const result = readLinuxkit([{ file: 'a.yml', text }])
    const found = result.ok ? result.warnings : result.problems
    if (!result.ok) refused++
    for (const { code, span, detail } of found) {
      expect(Object.hasOwn(codes, code)).toBe(true)
      expect(detail.length, `mutant ${number}`).toBeLessThan(2000)
      if (span !== undefined) expect(span.start >= 0 && span.start <= span.end && span.end <= text.length, `mutant ${number}`).toBe(true)
    }
    const covered = coveredTexts([{ file: 'a.yml', text }])
    expect(covered.get('a.yml')?.length, `mutant ${number}`).toBe(text.length)
    diagnosticsText(found, covered, { color: false, width: 80 })
    if (result.ok)
      expect(
        disclosed(result.value.image, () => '(hidden)'),
        `mutant ${number}`,
      ).toMatch(/^kernel\./)
  }
  // Most slips are caught; those in texts and comments are not.
  expect(refused).toBeGreaterThan(mutants / 3)
})

test('long and deep files are read in time that grows with their length', () => {
  const services = Array.from(
    { length: 5000 },
    (_, at) => `  - {name: s${at}, image: "x/s:${at}", binds: [v${at}:/x], uid: n${at}, capabilities: [CAP_X${at}]}\n`,
  )
  for (const text of [
    `services:\n${services.join('')}`,
    `init: [${'a, '.repeat(50_000)}a]`,
    '['.repeat(100_000),
    `init: ["${'a/'.repeat(500_000)}"]`,
  ]) {
    const result = readLinuxkit([{ file: 'a.yml', text }])
    const found = result.ok ? result.warnings : result.problems
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(402)
  }
})
