import type { Chance } from '../../e2e/support/chance.ts'

type Edit = (text: string, chance: Chance) => string

const place = (text: string, chance: Chance): number => chance.between(0, text.length)
const span = (text: string, chance: Chance): readonly [number, number] => {
  const from = place(text, chance)
  return [from, Math.min(text.length, from + chance.between(1, 40))]
}
const put = (text: string, at: number, piece: string, removed = 0): string => text.slice(0, at) + piece + text.slice(at + removed)
const number = /-?\d+(\.\d+)?/g
const word = /[A-Za-z][A-Za-z0-9-]*/g

const edits: readonly [Edit, ...Edit[]] = [
  (text, chance) => put(text, place(text, chance), String.fromCharCode(chance.between(0, 0x2ff)), chance.between(0, 1)),
  (text, chance) => {
    const [from, to] = span(text, chance)
    return put(text, from, '', to - from)
  },
  (text, chance) => {
    const [from, to] = span(text, chance)
    return put(text, place(text, chance), text.slice(from, to))
  },
  (text, chance) => text.slice(0, place(text, chance)),
  (text, chance) => swapLines(text, chance),
  (text, chance) => {
    const lines = text.split('\n')
    const at = chance.between(0, lines.length - 1)
    return lines.map((line, i) => (i === at ? ' '.repeat(chance.between(0, 6)) + line.trimStart() : line)).join('\n')
  },
  (text, chance) =>
    replaceOne(text, number, chance, chance.pick(['0', '-1', '1e308', '9007199254740993', '0x10', '1_000', '.nan', '99999999', '1.5'])),
  (text, chance) => replaceOne(text, word, chance, chance.pick(hostileWords)),
  (text, chance) => put(text, place(text, chance), chance.pick(hostilePieces)),
]

const swapLines: Edit = (text, chance) => {
  const lines = text.split('\n')
  const [a, b] = [chance.between(0, lines.length - 1), chance.between(0, lines.length - 1)]
  return lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line)).join('\n')
}

const replaceOne = (text: string, pattern: RegExp, chance: Chance, by: string): string => {
  const found = [...text.matchAll(pattern)]
  const match = found[chance.between(0, Math.max(0, found.length - 1))]
  return match === undefined ? text : put(text, match.index, by, match[0].length)
}

const hostileWords = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'true',
  '~',
  '""',
  '*a',
  '&a',
  '<<',
  '!!binary',
  'providers',
  'groups',
  'instance',
  'size',
  'ids',
  'policy',
  'flavor',
  'dependsOn',
  'outputs',
  'group.web',
  '$late',
  'nope',
  '[]',
  '{}',
] as const satisfies readonly [string, ...string[]]

const hostilePieces = [
  '${',
  '}',
  "${member.ordinal + '1'}",
  '${instances.alpha.ip}',
  '${groups.web',
  '${upper(',
  '\u202e',
  '\u001b[31m',
  '\0',
  '\ufeff',
  '\r\n',
  '\t',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '? ',
  '- ',
  ': ',
  ', ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '|\n',
  '>\n',
  '#',
  '&x ',
  '*x ',
  '!!str ',
  '!!map ',
  '\ud800',
  '𝒳',
] as const satisfies readonly [string, ...string[]]

/** The text after one to four edits: of characters, lines, numbers, words. */
export const mutatedText = (text: string, chance: Chance): string => {
  let result = text
  for (let left = chance.between(1, 4); left > 0; left--) result = chance.pick(edits)(result, chance)
  return result
}

/** The bytes after one kind of damage: some changed, a bit flipped, the end lost, a piece or a page overwritten, a page in a wrong place, bytes put in. */
export const mutatedBytes = (bytes: Buffer, chance: Chance): Buffer => {
  const copy = Buffer.from(bytes)
  const at = chance.between(0, copy.length - 1)
  const page = Math.floor(at / 4096) * 4096
  switch (chance.between(0, 6)) {
    case 0:
      for (let left = chance.between(1, 8); left > 0; left--) copy[chance.between(0, copy.length - 1)] = chance.between(0, 255)
      return copy
    case 1:
      copy[at] = (copy[at] ?? 0) ^ (1 << chance.between(0, 7))
      return copy
    case 2:
      return copy.subarray(0, at)
    case 3:
      return copy.fill(chance.pick([0, 0xff, 0x41]), at, Math.min(copy.length, at + chance.between(1, 5000)))
    case 4:
      return copy.fill(0, page, Math.min(copy.length, page + 4096))
    case 5:
      copy.copyWithin(page, Math.floor(chance.between(0, copy.length - 1) / 4096) * 4096)
      return copy
    default:
      return Buffer.concat([copy.subarray(0, at), Buffer.alloc(chance.between(1, 4096), chance.between(0, 255)), copy.subarray(at)])
  }
}
