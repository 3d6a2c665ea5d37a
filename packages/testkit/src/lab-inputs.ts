import type { Checked, Diagnostic, Lineage, Plain, SecretSource } from '@forgeplan/model'
import { lineage } from '@forgeplan/model'
import type { Inputs } from '@forgeplan/config'
import type { Resolver } from '@forgeplan/engine'
import { sha256 } from '@forgeplan/engine'

/** What a test gives to a lab besides the text. */
export interface Given {
  /** `--env`. */
  readonly env?: string
  readonly variables?: Readonly<Record<string, Plain>>
  readonly environment?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  /** Texts of secrets by source. */
  readonly secrets?: Readonly<Record<SecretSource, string>>
}

/** The problems of a configuration or a plan, as an exception for tests that expect none. */
export class LabProblems extends Error {
  override readonly name = 'LabProblems'
  readonly problems: readonly Diagnostic[]

  constructor(problems: readonly Diagnostic[]) {
    super(problems.map(({ code, summary, detail }) => `${code} ${summary}: ${detail}`).join('\n'))
    this.problems = problems
  }
}

/** @throws LabProblems with all of them. */
export const whole = <T>(checked: Checked<T>): T => {
  if (checked.ok) return checked.value
  throw new LabProblems(checked.problems)
}

/** As the command line would gather them; the digest of a secret stands for its HMAC. */
export const inputsOf = (given: Given): Inputs => ({
  ...(given.env === undefined ? {} : { environmentName: given.env }),
  environment: new Map(Object.entries(given.environment ?? {})),
  files: new Map(Object.entries(given.files ?? {}).map(([path, text]) => [path, { text }])),
  variables: new Map(Object.entries(given.variables ?? {})),
  images: new Map(),
  origins: new Map(Object.keys(given.variables ?? {}).map((name) => [name, `--var ${name}`])),
  secrets: new Map(secretsOf(given).map(([source, text]) => [source, { digest: sha256(`key of the lab: ${text}`), isEmpty: text === '' }])),
})

export const resolverOf = (given: Given): Resolver => ({
  secret: async (source) => {
    const text = new Map(secretsOf(given)).get(source)
    if (text === undefined) throw new Error('the lab was not given it')
    return text
  },
})

const secretsOf = (given: Given): readonly (readonly [SecretSource, string])[] =>
  Object.entries(given.secrets ?? {}) as readonly [SecretSource, string][]

/** A lineage that is the same in every run of a test. */
export const lineageOf = (name: string): Lineage => {
  const hex = sha256(`lineage of ${name}`)
  return lineage(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`)
}
