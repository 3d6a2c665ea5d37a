import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { exits } from '@forgeplan/cli'
import { codes } from '@forgeplan/model'
import { describe, expect, test } from 'vitest'
import { root } from '../e2e/support/command.ts'
import { documents, textOf } from './support/markdown.ts'

const withoutBlocks = (text: string): string => text.replaceAll(/^\s*```[^]*?^\s*```$/gm, '')

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces, a number after a repeated one. */
const anchorsOf = (text: string): readonly string[] => {
  const seen = new Map<string, number>()
  return [...withoutBlocks(text).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => {
    const base = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(base) ?? 0
    seen.set(base, times + 1)
    return times === 0 ? base : `${base}-${String(times)}`
  })
}

const brokenLinks = (document: string): readonly string[] =>
  [...withoutBlocks(textOf(document)).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? document : normalize(join(dirname(document), path))
    if (!existsSync(join(root, file))) return [`${target}: there is no ${file}`]
    return anchor === undefined || anchorsOf(textOf(file)).includes(anchor) ? [] : [`${target}: ${file} has no such heading`]
  })

test.each(documents)('the links of %s lead somewhere', (document) => expect(brokenLinks(document)).toEqual([]))

test.each(documents)('%s names only diagnostics that exist', (document) => {
  const named = [...textOf(document).matchAll(/FORGE\d{4}/g)].map(([code]) => code)
  expect(named.filter((code) => !Object.hasOwn(codes, code))).toEqual([])
})

describe('exit codes', () => {
  const listed = (document: string): readonly number[] => [...textOf(document).matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))

  test.each(['README.md', 'docs/ci.md'])('%s lists exactly those that the command has', (document) => {
    expect(listed(document)).toEqual(Object.values(exits))
  })
})

test('no document has a path of one machine or more enthusiasm than facts', () => {
  for (const document of documents) {
    const text = withoutBlocks(textOf(document))
    expect(text, document).not.toMatch(/\/(work|root|tmp)\//)
    expect(text.replaceAll(/`[^`]*`/g, '').replaceAll('<!--', ''), document).not.toContain('!')
  }
})
