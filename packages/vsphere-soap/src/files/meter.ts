import { createHash } from 'node:crypto'
import { VsphereError } from '../error.ts'
import type { Source, TransferOptions } from './transfer.ts'

/** Reads a source once, counts it, and compares it with what was said of it. */
export class Meter {
  /** What the source or the comparison threw. */
  failure: unknown
  /** Of all that was read, in lower-case hexadecimal digits; empty before the end. */
  sha256 = ''
  readonly #source: Source
  readonly #options: TransferOptions
  readonly #onPiece: () => void

  constructor(source: Source, options: TransferOptions, onPiece: () => void) {
    this.#source = source
    this.#options = options
    this.#onPiece = onPiece
  }

  /** The pieces. The last one waits for the verdict: the server is never left with a complete file of the wrong content. */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.#read()
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  async *#read(): AsyncGenerator<Uint8Array, void, undefined> {
    const hash = createHash('sha256')
    let bytes = 0
    let held: Uint8Array | null = null
    for await (const piece of this.#source.open()) {
      if (piece.length === 0) continue
      if (held !== null) yield held
      held = piece
      hash.update(piece)
      bytes += piece.length
      this.#onPiece()
      this.#options.onProgress?.(bytes)
    }
    this.sha256 = hash.digest('hex')
    this.#check(bytes)
    if (held !== null) yield held
  }

  #check(bytes: number): void {
    const { sha256 } = this.#options
    if (bytes !== this.#source.bytes) throw wrongContent(`it has ${bytes} bytes and not ${this.#source.bytes}`)
    if (sha256 !== undefined && sha256.toLowerCase() !== this.sha256) throw wrongContent(`its SHA-256 is ${this.sha256} and not ${sha256}`)
  }
}

const wrongContent = (why: string): VsphereError =>
  new VsphereError('checksum', `The content is not the one that was meant: ${why}`, { mayHaveRun: true })
