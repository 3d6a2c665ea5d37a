import type { Diagnostic } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import { diagnosticJson } from '../src/diagnostic-json.ts'
import { diagnosticsText } from '../src/diagnostics-text.ts'
import { at, ids, warning, web } from './builders.ts'
import { expectGolden } from './golden.ts'

const text = `stack: lab\ngroups:\n\tweb: "名前é"\n  size: five # ${'long '.repeat(60)}end\n`
const sources = new Map([['forge.yaml', text]])
const options = { color: false, width: 80 }
const spanOf = (word: string): NonNullable<Diagnostic['span']> => {
  const start = text.indexOf(word)
  return { file: 'forge.yaml', start, end: start + word.length }
}
const error = (word: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: 'error',
  code: 'FORGE1001',
  summary: 'The size is not a number',
  detail: 'A group has a whole number of members; what stands here is none, so forge cannot know how many to make. Write a number.',
  span: spanOf(word),
  ...more,
})

describe('diagnostics as text', () => {
  it('show place, source, carets, detail and related places', () => {
    const related = [{ span: spanOf('stack'), label: 'the stack is named here' }]
    const problems = [error('five', { related, address: at(web, 1) }), error('名前é'), error('end'), error('size')]
    expectGolden('diagnostics.txt', diagnosticsText(problems, sources, options))
  })

  it('put the carets under wide characters and tabs', () => {
    const lines = diagnosticsText([error('名前é')], sources, options).split('\n')
    const source = lines.find((line) => line.includes('名前é')) ?? ''
    const carets = lines.find((line) => line.includes('^')) ?? ''
    expect(carets.indexOf('^')).toBe(source.indexOf('名'))
    expect(carets.match(/\^/g)).toHaveLength(5)
  })

  it('fold many warnings of the same kind into one with a count', () => {
    const box = diagnosticsText(
      ids(1, 100).map((id) => ({ ...warning('A member is not healthy', at(web, id)), detail: `Member ${id}.` })),
      sources,
      options,
    )
    expect(box.match(/Warning:/g)).toHaveLength(1)
    expect(box).toContain('(and 99 more like it: group.web/2, group.web/3')
  })

  it('show a span beyond the text and an unknown file without failing', () => {
    const span = { file: 'forge.yaml', start: 100_000, end: 100_010 }
    expect(diagnosticsText([error('five', { span })], sources, options)).toContain('^')
    expect(diagnosticsText([error('five', { span: { ...span, file: 'other.yaml' } })], sources, options)).toContain('on other.yaml:')
  })

  it('let no escape sequence through', () => {
    const box = diagnosticsText([error('five', { detail: 'a\u001b[2Jb', summary: '\u202Eevil' })], sources, options)
    expect(box.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('diagnostics as JSON', () => {
  it('count lines and columns from 1 and bytes in UTF-8', () => {
    const json = diagnosticJson(error('size'), sources)
    const start = text.indexOf('size')
    expect(json['range']).toEqual({
      filename: 'forge.yaml',
      start: { line: 4, column: 3, byte: new TextEncoder().encode(text.slice(0, start)).length },
      end: { line: 4, column: 7, byte: new TextEncoder().encode(text.slice(0, start + 4)).length },
    })
    expect(json['snippet']).toMatchObject({ start_line: 4, highlight_start_offset: 2, highlight_end_offset: 6 })
  })
})
