/** A stream that may go away: a reader that leaves ends the printing, not the work. */
export interface Sink {
  write(text: string): void
  /** Resolves when everything is handed to the system, or nobody reads any more. */
  flush(): Promise<void>
}

export const sink = (stream: NodeJS.WritableStream): Sink => {
  let open = true
  const closed = new Promise<void>((resolve) => {
    stream.on('error', () => {
      open = false
      resolve()
    })
  })
  return {
    write: (text) => {
      if (open) stream.write(text)
    },
    flush: async () => {
      if (open) await Promise.race([closed, new Promise<void>((resolve) => stream.write('', () => resolve()))])
    },
  }
}
