/** The secrets that this process has read, so that no text leaves it with one inside. */
export interface Secrets {
  add(text: string): void
  /** `text` with every secret in it replaced. */
  redact(text: string): string
}

// Shorter ones would blank out innocent text; a secret of three characters is none.
const shortest = 4

/** An empty collection of secrets. */
export const makeSecrets = (): Secrets => {
  const known = new Set<string>()
  let longestFirst: readonly string[] = []
  const add = (text: string): void => {
    for (const form of [text, text.trim(), ...text.split(/\r?\n/)]) if (form.length >= shortest) known.add(form).add(encoded(form))
    longestFirst = [...known].toSorted((a, b) => b.length - a.length)
  }
  return { add, redact: (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '(sensitive)'), text) }
}

/** The secret as it stands inside JSON. */
const encoded = (text: string): string => JSON.stringify(text).slice(1, -1)
