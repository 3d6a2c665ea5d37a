import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ImageInputs, PlainMap } from '@forgeplan/model'
import type { Call, ImageHost } from '@forgeplan/sdk'
import { linuxkit } from '../src/index.ts'

/** A folder with files and, first on the PATH, a program named linuxkit that does what a script says. */
export interface Recorded extends AsyncDisposable {
  readonly directory: string
  readonly host: ImageHost
  /** What linuxkit was started with, and in which folder; null: it was not. */
  started(): Promise<{ readonly args: readonly string[]; readonly folder: string } | null>
  call(signal?: AbortSignal): Call
  /** What was shown while something was made. */
  readonly shown: string[]
  /** The inputs of a block, as a plan has them. */
  inputs(block: PlainMap): Promise<ImageInputs>
}

/** Writes the three files that linuxkit writes. */
export const writesAll = `printf kernel > "$dir/$name-kernel"; printf initrd > "$dir/$name-initrd.img"; printf 'console=ttyS0\\nquiet' > "$dir/$name-cmdline"`

const script = (does: string): string => `#!/bin/sh
here=$(dirname "$0")
pwd > "$here/folder"
for each in "$@"; do printf '%s\\n' "$each"; done > "$here/args"
while [ $# -gt 0 ]; do case "$1" in --name) name=$2 ;; --dir) dir=$2 ;; esac; shift; done
${does}
`

export const recorded = async (files: Readonly<Record<string, string>>, does: string | null = writesAll): Promise<Recorded> => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-linuxkit-'))
  const bin = join(directory, 'bin')
  await mkdir(bin)
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  if (does !== null) {
    await writeFile(join(bin, 'linuxkit'), script(does))
    await chmod(join(bin, 'linuxkit'), 0o755)
  }
  const before = process.env['PATH'] ?? ''
  process.env['PATH'] = `${bin}${delimiter}${before}`
  const { signal: never } = new AbortController()
  const host: ImageHost = { directory, cache: join(directory, 'cache'), signal: never, hide: (text) => `(hidden ${text.length})` }
  const shown: string[] = []
  return {
    directory,
    host,
    shown,
    started: async () => {
      const args = await readFile(join(bin, 'args'), 'utf8').catch(() => null)
      return args === null ? null : { args: args.split('\n').slice(0, -1), folder: (await readFile(join(bin, 'folder'), 'utf8')).trim() }
    },
    call: (signal = never) => ({
      signal,
      progress: (text) => void shown.push(text),
      record: () => Promise.resolve(),
      now: () => 0,
      sleep: () => Promise.resolve(),
    }),
    inputs: async ({ format = 'iso', ...config }) => {
      const { digest } = await linuxkit.identify({ ...config, format }, host)
      return { name: 'os', plugin: 'linuxkit', config, format: format as ImageInputs['format'], digest: digest ?? '' }
    },
    [Symbol.asyncDispose]: async () => {
      process.env['PATH'] = before
      await rm(directory, { recursive: true, force: true })
    },
  }
}
