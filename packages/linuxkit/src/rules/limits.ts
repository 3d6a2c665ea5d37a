import type { Problems } from '@forgeplan/config'
import { didYouMean, quote } from '@forgeplan/config'
import type { Item } from '../read/parts.ts'
import { textsAt } from '../read/parts.ts'

const names: readonly string[] = 'AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING STACK'.split(
  ' ',
)

/** The limits of Linux, with their prefix. */
export const limitNames: readonly string[] = names.map((name) => `RLIMIT_${name}`)

/** A limit is `NAME,SOFT,HARD`. */
export const checkLimits = (item: Item, problems: Problems): void => {
  for (const { text, path, node } of textsAt(item, 'rlimits')) {
    const why = fault(text)
    if (why !== undefined) problems.error('FORGE1309', node.span, () => `${path} is ${quote(text)}. ${why}`)
  }
}

const fault = (text: string): string | undefined => {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length !== 3) return 'Write NAME,SOFT,HARD.'
  const [name = '', ...amounts] = parts
  const bare = name.toUpperCase().replace(/^RLIMIT_/, '')
  if (!names.includes(bare)) return `There is no limit ${quote(name)}.${didYouMean(bare, names)}`
  const wrong = amounts.find((amount) => amount !== 'unlimited' && !isNumber(amount))
  return wrong === undefined ? undefined : `${quote(wrong)} is neither a whole number nor "unlimited".`
}

const isNumber = (text: string): boolean => /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n
