/**
 * Stands for a value that the types do not promise: a number that is none, a structure without what it has to have. What holds
 * one is one itself, up to the property of an object: that one is told as missing, and the others are read.
 */
export class Flaw {
  readonly why: string

  constructor(why: string) {
    this.why = why
  }
}

/** The types whose untyped value may be a flaw: properties of objects, and changes of them. */
export const holdsFlaws: ReadonlySet<string> = new Set(['DynamicProperty', 'PropertyChange'])
