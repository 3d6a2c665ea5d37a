import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../src/run.ts'
import { makeInterrupts } from '../../src/shell/interrupts.ts'
import { makeSecrets } from '../../src/shell/secrets.ts'
import type { Shell } from '../../src/shell/shell.ts'

export interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface Around {
  readonly env?: Readonly<Record<string, string>>
  /** What a person types at the question; without it there is nobody to ask. */
  readonly answer?: string
  readonly stdin?: string
}

/** A folder of its own with a configuration, and forge in it. */
export interface Place extends AsyncDisposable {
  readonly directory: string
  forge(argv: readonly string[], around?: Around): Promise<Ran>
  write(file: string, text: string): Promise<void>
}

const plugin = join(dirname(fileURLToPath(import.meta.url)), 'files-provider.mjs')

/** Two notes made by the provider of `files-provider.mjs`. */
export const twoNotes = `stack: notes
variables:
  word: { default: hello }
providers:
  here: { plugin: ./files-provider.mjs }
groups:
  note:
    size: 2
    instance: { provider: here, text: "\${var.word} \${member.ordinal}" }
outputs:
  paths: "\${groups.note.path}"
`

export const makePlace = async (config: string | null = twoNotes): Promise<Place> => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-cli-'))
  const write = (file: string, text: string): Promise<void> => writeFile(join(directory, file), text)
  await copyFile(plugin, join(directory, 'files-provider.mjs'))
  if (config !== null) await write('forge.yaml', config)
  return {
    directory,
    write,
    forge: (argv, around = {}) => runIn(directory, argv, around),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

const runIn = async (directory: string, argv: readonly string[], around: Around): Promise<Ran> => {
  const out: string[] = []
  const err: string[] = []
  const secrets = makeSecrets()
  const shell: Shell = {
    env: around.env ?? {},
    cwd: directory,
    secrets,
    interrupts: makeInterrupts().interrupts,
    terminal: () => ({
      out: (text) => void out.push(secrets.redact(text)),
      note: (text) => void err.push(secrets.redact(text)),
      outColor: false,
      noteColor: false,
      width: 1000,
      screen: null,
      interactive: around.answer !== undefined,
      ask: () => Promise.resolve(around.answer ?? null),
      readAll: () => Promise.resolve(around.stdin ?? ''),
    }),
  }
  const exit = await run(argv, shell)
  return { exit, out: out.join(''), err: err.join('') }
}
