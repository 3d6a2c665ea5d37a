/** What `docs/diagnostics.md` says of a code. Codes are never reused. */
export interface CodeEntry {
  readonly title: string
  /** What it means and what to do, in full sentences. */
  readonly explanation: string
}
