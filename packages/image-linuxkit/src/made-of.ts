import { sha256 } from './digest.ts'

/** So many lines are kept with a version; what follows is one digest. */
const most = 2000

const digits = 12

/** Stands where a file is named by what it holds. */
export const shortDigest = (digest: string): string => `(sha256 ${digest.slice(0, digits)})`

/** The text that `ImageIdentity.madeOf` holds. */
export const linesOf = (lines: readonly string[]): string => {
  const told = lines.filter((line) => line !== '').map((line) => line.replaceAll(/[\r\n]+/g, ' '))
  const left = told.slice(most)
  const rest = left.length === 0 ? [] : [`and ${String(left.length)} more: ${shortDigest(sha256(left.join('\n')))}`]
  return `${[...told.slice(0, most), ...rest].join('\n')}\n`
}
