import type { Scalar } from '@forgeplan/model'

/** UTF-16 offsets in the text that holds the expression, end-exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

export type Operator = '+' | '-' | '*' | '/' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '&&' | '||'

/** An expression as it is written. */
export type Syntax =
  | (Range & { readonly kind: 'literal'; readonly value: Scalar; /** Written after a dot. */ readonly dotted: boolean })
  | (Range & { readonly kind: 'name'; readonly name: string })
  /** `of.key`, `of["key"]` and `of[index]`; a written name is a literal key. */
  | (Range & { readonly kind: 'access'; readonly of: Syntax; readonly key: Syntax })
  /** Parentheses matter: they end a reference. */
  | (Range & { readonly kind: 'parentheses'; readonly of: Syntax })
  | (Range & { readonly kind: 'call'; readonly name: string; readonly nameRange: Range; readonly args: readonly Syntax[] })
  | (Range & { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: Syntax })
  | (Range & { readonly kind: 'binary'; readonly operator: Operator; readonly left: Syntax; readonly right: Syntax })
  | (Range & { readonly kind: 'choice'; readonly condition: Syntax; readonly then: Syntax; readonly otherwise: Syntax })

/** Thrown inside this folder only; `readTemplate` makes a value of it. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
  readonly range: Range

  constructor(message: string, range: Range) {
    super(message)
    this.range = range
  }
}
