import type { Observation, Plain, PlainMap, Status } from '@forgeplan/model'
import { secretPattern } from '@forgeplan/model'

const mask = '(sensitive)'
/** Shorter secrets are masked only where they are the whole text: replacing every `a` would tell more than it hides. */
const shortest = 4

/** Knows every secret that was fetched and takes it out of whatever leaves the engine. */
export class Redactor {
  readonly #whole = new Set<string>()
  readonly #spared = new Set<string>()
  readonly #forms = new Set<string>()
  readonly #clean = new Set<string>()
  #pattern: RegExp | null = null

  add(secret: string): void {
    for (const text of [secret, secret.trim()]) {
      if (text === '' || this.#whole.has(text)) continue
      this.#whole.add(text)
      for (const form of formsOf(text)) this.#forms.add(form)
      this.#pattern = null
      this.#clean.clear()
    }
  }

  /** Texts that forge itself applied in clear: where one is seen again it is no secret, whatever it looks like. */
  spare(texts: Iterable<string>): void {
    for (const text of texts) this.#spared.add(text)
  }

  /** Inputs as they are seen, without any secret but with everything that is spared. */
  seen(value: Plain): Plain {
    if (this.#whole.size === 0) return value
    return this.#without(value, (text) => (this.#spared.has(text) ? text : this.text(text)))
  }

  /** `text` without any secret, plain, JSON-escaped, percent-encoded or in base64 at any offset. */
  text(text: string): string {
    if (this.#whole.size === 0) return text
    if (this.#whole.has(text)) return mask
    // Almost no text holds one, and to look for each form is ten times as fast as the pattern with its word boundaries.
    if (!this.#mayHold(text)) return text
    this.#pattern ??= secretPattern(this.#forms)
    return this.#pattern === null ? text : text.replace(this.#pattern, mask)
  }

  #mayHold(text: string): boolean {
    for (const form of this.#forms) if (text.includes(form)) return true
    return false
  }

  plain(value: Plain): Plain {
    return this.#whole.size === 0 ? value : this.#without(value, (text) => this.text(text))
  }

  map(map: PlainMap): PlainMap {
    return this.plain(map) as PlainMap
  }

  // Almost nothing holds a secret: what has none stays the value that it is, and is not made once more.
  #without(value: Plain, mask: (text: string) => string): Plain {
    if (typeof value === 'string') return mask(value)
    if (typeof value !== 'object' || value === null) return value
    const without = (item: Plain): Plain => this.#without(item, mask)
    if (Array.isArray(value)) return value.every((item: Plain) => without(item) === item) ? value : value.map(without)
    const map = value as PlainMap
    const isClean = Object.keys(map).every((key) => this.#isClean(key) && without(map[key] as Plain) === map[key])
    return isClean ? value : Object.fromEntries(Object.entries(map).map(([key, item]) => [this.text(key), without(item)]))
  }

  // A thousand objects have the same few names of fields.
  #isClean(key: string): boolean {
    if (this.#clean.has(key)) return true
    if (this.text(key) !== key) return false
    this.#clean.add(key)
    return true
  }
}

const formsOf = (text: string): readonly string[] => {
  const lines = text.includes('\n') ? text.split('\n').map((line) => line.trim()) : []
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    percentEncoded(text),
    ...base64Of(text),
    ...lines.filter((line) => line.length >= 8),
  ]
  return forms.filter((form) => form.length >= shortest)
}

// A lone surrogate cannot be percent-encoded.
const percentEncoded = (text: string): string => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'))

// Inside a longer base64 text a secret starts at one of three offsets; its first and last digits mix with the neighbours.
const base64Of = (text: string): readonly string[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text, 'utf8')])
    const digits = bytes.toString('base64').replace(/=+$/, '')
    const core = digits.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1)
    return core.length < 2 * shortest ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })

/** The observation as it may be kept and shown. */
export const redactObservation = (seen: Observation, redactor: Redactor): Observation => {
  if (seen.kind === 'unreadable') return { ...seen, why: redactor.text(seen.why) }
  if (seen.kind === 'detached') return { ...seen, where: redactor.text(seen.where) }
  if (seen.kind !== 'present') return seen
  const status: Status = seen.status.kind === 'stopped' ? { kind: 'stopped', why: redactor.text(seen.status.why) } : seen.status
  return { ...seen, inputs: redactor.seen(seen.inputs as PlainMap) as PlainMap, outputs: redactor.map(seen.outputs), status }
}
