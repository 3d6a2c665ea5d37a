/** What the exit code says: 0 to 6 and 130, as `docs` list them. */
export const exits = {
  ok: 0,
  error: 1,
  /** Only with `--detailed-exitcode`. */
  changes: 2,
  /** Some of it is done; the same command goes on. `fmt --check`, as Terraform's: a file is not in its canonical form. */
  partial: 3,
  locked: 4,
  /** The world changed under a saved plan. */
  stale: 5,
  /** Refused by policy. */
  refused: 6,
  interrupted: 130,
} as const

export type ExitCode = (typeof exits)[keyof typeof exits]
