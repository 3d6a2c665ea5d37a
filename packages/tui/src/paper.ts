import { Writable } from 'node:stream'
import type { Surface } from './surface.ts'

/**
 * What Ink takes for standard output: a terminal that keeps its size. A resize gets a new sheet, since Ink's own answer
 * to one is to clear the terminal with its history.
 */
export class Paper extends Writable {
  readonly isTTY = true
  readonly columns: number
  readonly rows: number
  readonly #surface: Surface
  #muted = false

  constructor(surface: Surface) {
    super({ decodeStrings: false })
    const { columns, rows } = surface.size()
    this.columns = columns
    this.rows = rows
    this.#surface = surface
  }

  /** Nothing more is written. */
  mute(): void {
    this.#muted = true
  }

  override _write(chunk: unknown, _: unknown, done: () => void): void {
    if (!this.#muted) this.#surface.write(String(chunk))
    done()
  }
}
