import type { Syntax } from './syntax.ts'

/** A reference such as `instances.nfs.ip`: its root and the keys after it. */
export interface Chain {
  readonly root: Syntax & { readonly kind: 'name' }
  readonly keys: readonly Syntax[]
}

/** Takes a reference apart; `undefined` when the innermost value is not a bare name. */
export const chainOf = (syntax: Syntax): Chain | undefined => {
  const keys: Syntax[] = []
  let at = syntax
  while (at.kind === 'access') {
    keys.push(at.key)
    at = at.of
  }
  return at.kind === 'name' ? { root: at, keys: keys.toReversed() } : undefined
}

/** What an expression reads from outside, without judging whether it is right. */
export type Outside = { readonly kind: 'env'; readonly name: string } | { readonly kind: 'file'; readonly path: string }

/** Every `env.NAME` and `file("path")` in it, also in branches that may not be taken. */
export function* outsideOf(syntax: Syntax): Generator<Outside> {
  const chain = chainOf(syntax)
  const first = chain?.keys[0]
  if (chain?.root.name === 'env' && first?.kind === 'literal') yield { kind: 'env', name: String(first.value) }
  if (syntax.kind === 'call' && syntax.name === 'file') {
    const path = syntax.args[0]
    if (path?.kind === 'literal' && typeof path.value === 'string') yield { kind: 'file', path: path.value }
  }
  for (const part of partsOf(syntax)) yield* outsideOf(part)
}

const partsOf = (syntax: Syntax): readonly Syntax[] => {
  switch (syntax.kind) {
    case 'literal':
    case 'name':
      return []
    case 'access':
      // The whole chain was looked at from its outer end.
      return chainOf(syntax) === undefined ? [syntax.of, syntax.key] : (chainOf(syntax)?.keys ?? [])
    case 'parentheses':
    case 'unary':
      return [syntax.of]
    case 'call':
      return syntax.args
    case 'binary':
      return [syntax.left, syntax.right]
    case 'choice':
      return [syntax.condition, syntax.then, syntax.otherwise]
    default:
      return syntax satisfies never
  }
}
