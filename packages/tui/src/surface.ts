import type { GlyphSet } from '@forgeplan/report'

/** The terminal that a picture is drawn on. */
export interface Surface {
  /** Never throws, also when nobody reads any more. */
  write(text: string): void
  size(): { readonly columns: number; readonly rows: number }
  /** Calls after the size changed; the result ends it. */
  onResize(listener: () => void): () => void
  /** Calls before the process is put to sleep by job control, and after it goes on; the result ends it. */
  onSuspend(listener: { readonly before: () => void; readonly after: () => void }): () => void
  now(): number
  readonly color: boolean
  readonly glyphs: GlyphSet
}
