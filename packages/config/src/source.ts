/** A file of the configuration, as text. */
export interface SourceFile {
  readonly file: string
  readonly text: string
}

/** What is refused instead of being read for ever. `textLength` is UTF-16 units. */
export const sourceLimits = { textLength: 5_000_000, depth: 100, aliasedValues: 100_000, problems: 200 } as const
