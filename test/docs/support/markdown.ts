import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../e2e/support/command.ts'

/** A fenced block, with what the comments right above it tell the tests: `<!-- test: exit 2 -->`. */
export interface Block {
  readonly document: string
  /** Of its fence, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
  readonly directives: readonly string[]
}

/** The documents for users, relative to the root. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .toSorted(),
]

export const textOf = (document: string): string => readFileSync(join(root, document), 'utf8')

/** Every fenced block of a document, in order. Fences may be indented, as in lists. */
export const blocksOf = (document: string): readonly Block[] => {
  const blocks: Block[] = []
  const lines = textOf(document).split('\n')
  let directives: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const directive = /^\s*<!-- test: (.*) -->$/.exec(line)
    const fence = /^(\s*)```(\w*)$/.exec(line)
    if (directive !== null) directives.push(directive[1] ?? '')
    else if (fence !== null) {
      const [, indent = '', language = ''] = fence
      const end = lines.findIndex((other, index) => index > at && other === `${indent}\`\`\``)
      if (end === -1) throw new Error(`${document}:${String(at + 1)}: the block has no end`)
      const text = lines.slice(at + 1, end).map((each) => each.slice(indent.length))
      blocks.push({ document, line: at + 1, language, text: text.join('\n'), directives })
      directives = []
      at = end
    } else if (line.trim() !== '' && directives.length > 0)
      throw new Error(`${document}:${String(at + 1)}: a directive stands above no block`)
  }
  return blocks
}

/** What follows `name` in a directive of that name; undefined where there is none. */
export const directiveOf = (block: Block, name: string): string | undefined => {
  const found = block.directives.find((directive) => directive === name || directive.startsWith(`${name} `))
  return found?.slice(name.length).trim()
}

export const placeOf = ({ document, line }: Block): string => `${document}:${String(line)}`
