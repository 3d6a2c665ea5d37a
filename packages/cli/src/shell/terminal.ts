/** A terminal behind standard output, on which a picture can be redrawn. */
export interface Screen {
  size(): { readonly columns: number; readonly rows: number }
  /** Calls after the size changed; the result ends it. */
  onResize(listener: () => void): () => void
  /** Calls before job control puts the process to sleep, and after it goes on; the result ends it. */
  onSuspend(listener: { readonly before: () => void; readonly after: () => void }): () => void
}

/** Where a command speaks and asks. Text handed over is already escaped; secrets are taken out here. */
export interface Terminal {
  /** Data, to standard output. */
  out(text: string): void
  /** For people, to standard error. */
  note(text: string): void
  readonly outColor: boolean
  readonly noteColor: boolean
  /** Columns; 80 where it is not known. */
  readonly width: number
  /** Null where standard output is no terminal. */
  readonly screen: Screen | null
  /** Whether there is somebody to ask: who sees a question and can answer it. */
  readonly interactive: boolean
  /** One line from the user, without its end; null when the input ended or was interrupted. */
  ask(question: string, signal: AbortSignal): Promise<string | null>
  /** All of standard input, at most 1 MiB. */
  readAll(): Promise<string>
}
