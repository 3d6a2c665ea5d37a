// Lines and characters that an error shows.
const kept = 5
const longest = 200

// Milliseconds between two lines that are shown while it runs.
const pace = 200

// The colours of a terminal are no text.
const escapes = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*[A-Za-z]`, 'g')

const visible = (text: string): string =>
  text
    .replaceAll(escapes, '')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()

/** What a program says: its last lines, bounded and without control characters. */
export class Said {
  readonly #lines: string[] = []
  readonly #show: (line: string) => void
  readonly #decoder = new TextDecoder()
  #open = ''
  #shown = -Infinity

  constructor(show: (line: string) => void) {
    this.#show = show
  }

  take(chunk: Uint8Array): void {
    const [first = '', ...others] = this.#decoder.decode(chunk, { stream: true }).split(/[\r\n]+/)
    // A line without end would be kept whole.
    this.#open = (this.#open + first).slice(0, 4 * longest)
    for (const next of others) {
      this.#close()
      this.#open = next.slice(0, 4 * longest)
    }
  }

  /** The last lines as one text. */
  end(): string {
    this.#close()
    return this.#lines.length === 0 ? 'it said nothing.' : this.#lines.join(' | ')
  }

  #close(): void {
    const line = visible(this.#open).slice(0, longest)
    this.#open = ''
    if (line === '') return
    if (this.#lines.push(line) > kept) this.#lines.shift()
    const now = performance.now()
    if (now - this.#shown < pace) return
    this.#shown = now
    this.#show(line)
  }
}
