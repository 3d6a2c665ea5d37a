import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import { bin } from './command.ts'

interface Size {
  readonly columns: number
  readonly rows: number
}

/** A real terminal with a shell in it, whose screen can be read. It is closed afterwards. */
export interface RealTerminal extends Disposable {
  /** Types a line and Enter. */
  type(line: string): void
  /** Presses a key, in tmux's words: `C-c`. */
  press(key: string): void
  /** The rows of the screen, without the empty ones at its end. */
  screen(): readonly string[]
  /** Resolves when the text stands on the screen. */
  shows(text: string): Promise<void>
  resize(size: Size): void
  /** Closes the window, as a user does: what runs in it is hung up. */
  close(): void
}

let opened = 0

/** Opens one in a folder; `forge` there is the built command. */
export const openTerminal = (directory: string, size: Size, env: Readonly<Record<string, string>> = {}): RealTerminal => {
  const server = `forge-${process.pid}-${++opened}`
  const tmux = (...argv: readonly string[]): string => {
    const ran = spawnSync('tmux', ['-L', server, '-f', '/dev/null', ...argv], { encoding: 'utf8', env: around(env) })
    if (ran.status !== 0) throw new Error(`tmux ${argv.join(' ')} failed: ${ran.stderr}`)
    return ran.stdout
  }
  const screen = (): readonly string[] => tmux('capture-pane', '-p').trimEnd().split('\n')
  const type = (line: string): void => void tmux('send-keys', line, 'Enter')
  const sizes = ({ columns, rows }: Size): readonly string[] => ['-x', String(columns), '-y', String(rows)]
  tmux('new-session', '-d', ...sizes(size), '-c', directory, 'bash --norc --noprofile')
  type(`PS1='$ '; forge() { TERM=$TERM '${process.execPath}' '${bin}' "$@"; }; clear`)
  return {
    type,
    screen,
    press: (key) => void tmux('send-keys', key),
    shows: (text) => expect.poll(() => screen().join('\n'), { timeout: 45_000, interval: 50 }).toContain(text),
    resize: (to) => void tmux('resize-window', ...sizes(to)),
    close: () => void tmux('kill-window'),
    [Symbol.dispose]: () => void spawnSync('tmux', ['-L', server, 'kill-server']),
  }
}

const around = (env: Readonly<Record<string, string>>): Record<string, string | undefined> => {
  const { CI: _, FORGE_LOG: __, NO_COLOR: ___, NODE_EXTRA_CA_CERTS: ____, TMUX: _____, ...inherited } = process.env
  return { ...inherited, LC_ALL: 'C.UTF-8', HISTFILE: '/dev/null', ...env }
}
