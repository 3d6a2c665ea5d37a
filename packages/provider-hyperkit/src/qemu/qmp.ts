import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'

/** A conversation with qemu's monitor. */
export interface Monitor {
  /** Resolves when qemu listens to commands; never if it dies first. */
  readonly ready: Promise<void>
  /** Sends a command without waiting; one that fails shows in what the machine does. */
  send(command: 'system_powerdown' | 'quit'): void
  /** What its events said about the end so far. */
  seen(): Seen
}

/** From the events SHUTDOWN (its `reason`) and GUEST_PANICKED. Source: qemu's qapi/run-state.json. */
export interface Seen {
  readonly reason: string | null
  readonly panicked: boolean
}

/** Talks to qemu over its monitor's socket (QMP: one JSON object per line). */
export const openMonitor = (channel: Duplex): Monitor => {
  let seen: Seen = { reason: null, panicked: false }
  const send = (execute: string): void => {
    if (channel.writable) channel.write(`${JSON.stringify({ execute })}\n`)
  }
  const lines = createInterface({ input: channel })
  // It ends when qemu does, which is noticed elsewhere. Node 20 hands an error of the channel on to who reads its lines.
  for (const end of [channel, lines]) end.on('error', () => undefined)
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const message = parse(line)
      if ('QMP' in message) send('qmp_capabilities')
      else if ('return' in message) resolve()
      else seen = withEvent(seen, message)
    })
  })
  return { ready, send, seen: () => seen }
}

const withEvent = (seen: Seen, message: Readonly<Record<string, unknown>>): Seen => {
  if (message['event'] === 'GUEST_PANICKED') return { ...seen, panicked: true }
  if (message['event'] !== 'SHUTDOWN' || !isRecord(message['data'])) return seen
  const reason = message['data']['reason']
  return { ...seen, reason: typeof reason === 'string' ? reason : null }
}

const parse = (line: string): Readonly<Record<string, unknown>> => {
  try {
    const json: unknown = JSON.parse(line)
    return isRecord(json) ? json : {}
  } catch {
    return {}
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
