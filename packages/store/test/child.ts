import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds the package, since Node 20 runs no TypeScript: a child process needs JavaScript. */
export const build = (): void => {
  execFileSync(process.execPath, [here('../../../node_modules/typescript/bin/tsc'), '-b', here('..')])
}

export interface Child extends AsyncDisposable {
  readonly process: ChildProcess
  /** The next line that it writes, parsed. */
  answer(): Promise<unknown>
  tell(line: string): void
}

/** Starts `child.mjs`; ended with the scope, whatever state it is in. */
export const startChild = (command: 'hold' | 'read' | 'write', path: string, options: object = {}): Child => {
  const child = spawn(process.execPath, [here('./child.mjs'), command, path, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  child.stdin.on('error', () => undefined)
  return {
    process: child,
    answer: async () => JSON.parse(String((await lines.next()).value)) as unknown,
    tell: (line) => void child.stdin.write(`${line}\n`),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      child.kill('SIGCONT')
      const killer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(killer)
    },
  }
}
