import type { RunView } from './run-view.ts'

/** Writes at once, but for what comes while somebody is asked: that follows the answer. */
export const patientWriter = (
  out: (text: string) => void,
): { readonly write: (text: string) => void; readonly aside: RunView['aside'] } => {
  let talks = 0
  let held: string[] = []
  const write = (text: string): void => {
    if (talks > 0) held.push(text)
    else out(text)
  }
  const aside: RunView['aside'] = async (talk) => {
    talks += 1
    try {
      return await talk()
    } finally {
      talks -= 1
      const waiting = held
      held = []
      for (const text of waiting) write(text)
    }
  }
  return { write, aside }
}
