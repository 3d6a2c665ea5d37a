import { createInterface } from 'node:readline'
import { makeInterrupts } from './interrupts.ts'
import { makeSecrets } from './secrets.ts'
import type { Secrets } from './secrets.ts'
import type { Shell } from './shell.ts'
import { sink } from './sink.ts'
import type { Sink } from './sink.ts'
import { systemScreen } from './screen.ts'
import type { Terminal } from './terminal.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const inputLimit = 1_048_576

/** The shell of this process. `close` takes the signal handlers off and waits until everything is written. */
export const systemShell = (): { readonly shell: Shell; close(): Promise<void> } => {
  const { interrupts, raise } = makeInterrupts()
  const secrets = makeSecrets()
  const out = sink(process.stdout)
  const err = sink(process.stderr)
  for (const signal of signals) process.on(signal, raise)
  const close = async (): Promise<void> => {
    for (const signal of signals) process.off(signal, raise)
    await Promise.all([out.flush(), err.flush()])
  }
  const terminal = ({ color }: { readonly color: boolean }): Terminal => systemTerminal({ out, err, secrets, color })
  return { shell: { env: process.env, cwd: process.cwd(), secrets, interrupts, terminal }, close }
}

const systemTerminal = (given: {
  readonly out: Sink
  readonly err: Sink
  readonly secrets: Secrets
  readonly color: boolean
}): Terminal => ({
  out: (text) => given.out.write(given.secrets.redact(text)),
  note: (text) => given.err.write(given.secrets.redact(text)),
  outColor: given.color && process.stdout.isTTY,
  noteColor: given.color && process.stderr.isTTY,
  // Asked each time: it may have been resized since.
  get width() {
    return process.stdout.columns || process.stderr.columns || 80
  },
  screen: process.stdout.isTTY ? systemScreen : null,
  interactive: process.stdin.isTTY && process.stderr.isTTY,
  ask,
  readAll,
})

const ask = (question: string, signal: AbortSignal): Promise<string | null> =>
  new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    const end = (answer: string | null): void => {
      signal.removeEventListener('abort', cancel)
      resolve(answer)
      lines.close()
    }
    const cancel = (): void => end(null)
    signal.addEventListener('abort', cancel, { once: true })
    lines.once('close', () => end(null))
    // readline swallows Ctrl-C on a terminal; hand it on as the signal it would have been.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    lines.question(question, end)
  })

const readAll = async (): Promise<string> => {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.length > inputLimit) throw new Error('standard input is larger than 1 MiB')
  }
  return text
}
