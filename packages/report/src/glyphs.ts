/** The signs of the live screen; each takes one column. */
export interface Glyphs {
  readonly done: string
  readonly failed: string
  readonly gate: string
  readonly retry: string
  readonly waiting: string
  /** Shown one after the other while something is at work. */
  readonly spinner: readonly string[]
  readonly bar: { readonly done: string; readonly failed: string; readonly rest: string }
  /** Stands for what was cut off. */
  readonly cut: string
}

export type GlyphSet = 'unicode' | 'ascii'

export const glyphs: Readonly<Record<GlyphSet, Glyphs>> = {
  unicode: {
    done: '✓',
    failed: '✗',
    gate: '◌',
    retry: '↻',
    waiting: '·',
    spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
    bar: { done: '━', failed: '╳', rest: '─' },
    cut: '…',
  },
  ascii: {
    done: '+',
    failed: 'x',
    gate: 'o',
    retry: '!',
    waiting: '.',
    spinner: ['|', '/', '-', '\\'],
    bar: { done: '#', failed: 'x', rest: '-' },
    cut: '~',
  },
}

const spinnerMs = 100

/** The spinner's sign at a time (milliseconds). */
export const spinnerAt = ({ spinner }: Glyphs, now: number): string => spinner[Math.floor(now / spinnerMs) % spinner.length] ?? ''
