import { chmod, cp, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, freePorts, isAlive, root, startProcess } from '../../e2e/support/command.ts'
import type { Ran } from '../../e2e/support/command.ts'

/** A copy of the examples in which the commands of a document run; whatever they started is gone afterwards. */
export interface Scene extends AsyncDisposable {
  /** The copy's root: what the repository is to a reader. */
  readonly directory: string
  /** The first of forty free ports, in the variable `port`. */
  readonly port: number
  /** Runs a script of the shell in a folder of the copy; its errors are part of its output. */
  run(script: string, around?: Around): Promise<Ran>
  edit(file: string, change: (text: string) => string): Promise<void>
}

export interface Around {
  /** Relative to the copy. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
}

/** `own`: variables of the environment of every command. */
export const makeScene = async (own: Readonly<Record<string, string>> = {}): Promise<Scene> => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-docs-'))
  const port = await freePorts(40)
  await cp(join(root, 'examples'), join(directory, 'examples'), { recursive: true, filter: (source) => !/\.(forge|cache)$/.test(source) })
  const tools = await makeTools(directory)
  const env = {
    PATH: `${tools}:${process.env['PATH'] ?? ''}`,
    FORGE_VAR_port: String(port),
    FORGE_VAR_token: 'canary-of-the-documents',
    ...own,
  }
  const run = (script: string, around: Around = {}): Promise<Ran> =>
    startProcess(['bash', '-e', '-u', '-o', 'pipefail', '-c', `exec 2>&1\n${script}`], {
      directory: join(directory, around.folder ?? '.'),
      env: { ...env, ...around.env },
    }).ended
  return {
    directory,
    port,
    run,
    edit: async (file, change) => editFile(join(directory, file), change),
    [Symbol.asyncDispose]: () => clear(directory, run),
  }
}

/** `forge` and `npx forge` are the built command; npx runs nothing else here. */
const makeTools = async (directory: string): Promise<string> => {
  const tools = await mkdtemp(join(directory, '.tools-'))
  const forge = `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(bin)} "$@"\n`
  await writeFile(join(tools, 'forge'), `#!/bin/sh\n${forge}`)
  await writeFile(join(tools, 'npx'), `#!/bin/sh\n[ "$1" = forge ] || exit 97\nshift\n${forge}`)
  await Promise.all(['forge', 'npx'].map((name) => chmod(join(tools, name), 0o755)))
  return tools
}

const editFile = async (path: string, change: (text: string) => string): Promise<void> => {
  const before = await readFile(path, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${path} has nothing to be edited in this way`)
  await writeFile(path, after)
}

const clear = async (directory: string, run: Scene['run']): Promise<void> => {
  for (const name of await readdir(join(directory, 'examples'))) {
    if (existsSync(join(directory, 'examples', name, '.forge', 'state.db'))) await run(`forge -C examples/${name} destroy --auto-approve`)
  }
  const left = await processesIn(directory)
  for (const pid of left) process.kill(pid, 'SIGKILL')
  await rm(directory, { recursive: true, force: true })
  if (left.length > 0) throw new Error(`${String(left.length)} processes were left running in ${directory}`)
}

/** Processes that work in a folder or below it, as every machine of the stub does (Linux; elsewhere none is found). */
export const processesIn = async (directory: string): Promise<readonly number[]> => {
  if (!existsSync('/proc/self')) return []
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const places = await Promise.all(ids.map((id) => readlink(`/proc/${String(id)}/cwd`).catch(() => '')))
  return ids.filter((id, i) => places[i]?.startsWith(directory) === true && isAlive(id))
}
