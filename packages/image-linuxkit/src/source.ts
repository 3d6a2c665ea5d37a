import type { PlainMap } from '@forgeplan/model'
import { object } from '@forgeplan/model'

/** What an image is made of, read from its block. Paths are as they stand there. */
export type Source =
  | { readonly kind: 'iso'; readonly path: string }
  | { readonly kind: 'kernel'; readonly kernel: string; readonly initrd: string; readonly cmdline: string }
  /** LinuxKit YAML files, merged in this order. */
  | { readonly kind: 'yaml'; readonly paths: readonly string[] }

/** The kernel writes where somebody can read it. */
export const standardCmdline = 'console=ttyS0'

const path = { kind: 'string', maxLength: 4096 } as const

/** The keys of an image's block. */
export const config = object({
  source: {
    schema: { kind: 'either', of: [path, { kind: 'list', of: path, min: 1, max: 100 }] },
    doc: 'A LinuxKit YAML (.yml, .yaml), several of them in the order in which they are merged, or a ready CD-ROM image (.iso). Relative to the configuration. Instead of kernel and initrd.',
    examples: ['docker.yml', ['base.yml', 'docker.yml'], 'docker.iso'],
  },
  kernel: { schema: path, doc: 'A Linux kernel. With initrd, instead of source.' },
  initrd: { schema: path, doc: 'The initial root file system of the kernel.' },
  cmdline: { schema: { kind: 'string', maxLength: 2048 }, doc: `The command line of the kernel. Default: ${standardCmdline}.` },
})

type Read = Source | { readonly problem: string } | undefined

/** The source of a block, or what is wrong with it in a sentence. Keys of the wrong kind are left to the schema: then undefined. */
export const sourceOf = (block: PlainMap, format: unknown): Read => {
  const { source, kernel, initrd, cmdline = standardCmdline } = block
  if (source !== undefined && (kernel !== undefined || initrd !== undefined))
    return { problem: 'An image is made of a source, or of a kernel and an initrd, and not of both. Remove one of them.' }
  if (source !== undefined) return fromSource(source, block, format)
  if (kernel === undefined || initrd === undefined)
    return { problem: 'An image needs a source: source: FILE.yml, source: FILE.iso, or kernel: FILE and initrd: FILE.' }
  return typeof kernel === 'string' && typeof initrd === 'string' && typeof cmdline === 'string'
    ? { kind: 'kernel', kernel, initrd, cmdline: oneLine(cmdline) }
    : undefined
}

/** A command line is one line, however it was broken in its file. */
export const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')

const fromSource = (source: unknown, block: PlainMap, format: unknown): Read => {
  const paths: readonly unknown[] = Array.isArray(source) ? source : [source]
  if (paths.length === 0 || !paths.every((each) => typeof each === 'string')) return undefined
  const [first = ''] = paths
  const isReady = paths.length === 1 && ends(first, '.iso')
  const other = paths.find((each) => !ends(each, '.yml') && !ends(each, '.yaml'))
  if (!isReady && other !== undefined) return { problem: nothingOf(other, paths.length) }
  if (block['cmdline'] !== undefined)
    return {
      problem: isReady
        ? 'A ready CD-ROM image has its own command line. Remove cmdline, or give kernel and initrd instead of the source.'
        : 'The command line of a LinuxKit image stands in its YAML. Remove cmdline here, and write it there as kernel.cmdline.',
    }
  if (!isReady) return { kind: 'yaml', paths }
  return format === 'kernel+initrd'
    ? {
        problem:
          'A ready CD-ROM image has no kernel and initrd of its own. Remove the format, or give kernel and initrd instead of the source.',
      }
    : { kind: 'iso', path: first }
}

const ends = (path: string, ending: string): boolean => path.toLowerCase().endsWith(ending)

const nothingOf = (path: string, amount: number): string =>
  amount === 1
    ? `Nothing can be made of ${path}: a source is a file that ends in .yml, .yaml or .iso.`
    : `${path} cannot be merged: the files of a list end in .yml or .yaml.`
