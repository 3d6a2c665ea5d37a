import { secretPattern } from '@forgeplan/model'

/** The secrets that this process has read, so that no text leaves it with one inside. */
export interface Secrets {
  add(text: string): void
  /** `text` with every secret in it replaced; a word of fewer than 8 letters only where it is whole. */
  redact(text: string): string
}

// Shorter ones would blank out innocent words; a secret of three characters is none.
const shortest = 4

/** An empty collection of secrets. */
export const makeSecrets = (): Secrets => {
  const known = new Set<string>()
  let pattern: RegExp | null = null
  const add = (text: string): void => {
    for (const form of [text, text.trim(), ...text.split(/\r?\n/)]) if (form.length >= shortest) known.add(form).add(encoded(form))
    pattern = secretPattern(known)
  }
  return { add, redact: (text) => (pattern === null ? text : text.replace(pattern, '(sensitive)')) }
}

/** The secret as it stands inside JSON. */
const encoded = (text: string): string => JSON.stringify(text).slice(1, -1)
