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
  /** Whether there is somebody to ask. */
  readonly interactive: boolean
  /** One line from the user, without its end; null when the input ended or was interrupted. */
  ask(question: string, signal: AbortSignal): Promise<string | null>
  /** All of standard input, at most 1 MiB. */
  readAll(): Promise<string>
}
