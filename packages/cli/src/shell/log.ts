/** A trace for finding faults, on standard error, only with `FORGE_LOG=info` or `debug`. Secrets are taken out. */
export interface Log {
  info(text: string): void
  debug(text: string): void
}

export const makeLog = (level: string | undefined, write: (text: string) => void): Log => {
  const line =
    (name: string, on: boolean) =>
    (text: string): void => {
      if (on) write(`forge[${name}] ${text}\n`)
    }
  return { info: line('info', level === 'info' || level === 'debug'), debug: line('debug', level === 'debug') }
}
