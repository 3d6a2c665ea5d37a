import type { Code, Span } from '@forgeplan/model'
import type { Names, Trail, Zone } from '../names.ts'
import { Problems } from '../problems.ts'
import type { Range } from './syntax.ts'

/** Where an expression is evaluated. */
export interface Scene {
  readonly names: Names
  readonly zone: Zone
  readonly problems: Problems
  readonly trail: Trail
}

/** A scene for one text; `dry` in a branch that is not taken, where only names are checked. */
export interface Moment extends Scene {
  readonly dry: boolean
  readonly place: (range: Range) => Span
}

/** Reports a problem at a part of the expression. Gives `undefined`, so that it can be returned as "no value". */
export const refuse = (moment: Moment, code: Code, range: Range, detail: string): undefined => {
  moment.problems.error(code, moment.place(range), () => detail)
  return undefined
}

/** The same scene with problems of its own, to see whether something fails without telling each reason. */
export const scratch = (scene: Scene): { readonly scene: Scene; readonly failedInside: () => boolean } => {
  const problems = new Problems()
  return { scene: { ...scene, problems }, failedInside: () => problems.all().length > 0 }
}
