import { setTimeout as sleep } from 'node:timers/promises'

/** What a load generator has seen. */
export interface Load {
  readonly answers: ReadonlyMap<string, number>
  readonly failures: readonly string[]
}

/** Asks for pages until it is stopped, as a load balancer over `ports` passes them on: only to who says that it is ready. */
export const startLoad = (ports: readonly number[]): { stop(): Promise<Load> } => {
  const stopped = new AbortController()
  const ready = new Set<number>()
  const answers = new Map<string, number>()
  const failures: string[] = []
  const look = async (port: number): Promise<void> => {
    const well = await fetch(`http://127.0.0.1:${port}/ready`).then(
      async (answer) => (await answer.text(), answer.ok),
      () => false,
    )
    if (well) ready.add(port)
    else ready.delete(port)
  }
  const watch = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await Promise.all(ports.map(look))
      await sleep(50)
    }
  }
  const ask = async (turn: number): Promise<void> => {
    const servers = [...ready]
    const port = servers[turn % servers.length]
    if (port === undefined) return void failures.push('nobody is ready')
    try {
      const page = (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim()
      answers.set(page, (answers.get(page) ?? 0) + 1)
    } catch (error) {
      failures.push(`port ${port}: ${String((error as Error).cause ?? error)}`)
    }
  }
  const run = async (): Promise<void> => {
    while (ready.size === 0 && !stopped.signal.aborted) await sleep(20)
    for (let turn = 0; !stopped.signal.aborted; turn++) {
      await ask(turn)
      await sleep(10)
    }
  }
  const work = Promise.all([watch(), run()])
  return {
    stop: async () => {
      stopped.abort()
      await work
      return { answers, failures }
    },
  }
}
