import type { PlainMap } from '@forgeplan/model'
import { object } from '@forgeplan/model'

/** What an image is made of, read from its block. Paths are as they stand there. */
export type Source =
  | { readonly kind: 'iso'; readonly path: string }
  | { readonly kind: 'kernel'; readonly kernel: string; readonly initrd: string; readonly cmdline: string }

/** The kernel writes where somebody can read it. */
export const standardCmdline = 'console=ttyS0'

const path = { kind: 'string', maxLength: 4096 } as const

/** The keys of an image's block. */
export const config = object({
  source: {
    schema: path,
    doc: 'A ready CD-ROM image (.iso), relative to the configuration. Instead of kernel and initrd.',
    examples: ['docker.iso'],
  },
  kernel: { schema: path, doc: 'A Linux kernel. With initrd, instead of source.' },
  initrd: { schema: path, doc: 'The initial root file system of the kernel.' },
  cmdline: { schema: { kind: 'string', maxLength: 2048 }, doc: `The command line of the kernel. Default: ${standardCmdline}.` },
})

/** The source of a block, or what is wrong with it in a sentence. Keys of the wrong kind are left to the schema: then undefined. */
export const sourceOf = (block: PlainMap, format: unknown): Source | { readonly problem: string } | undefined => {
  const { source, kernel, initrd, cmdline = standardCmdline } = block
  if (source !== undefined && format === 'kernel+initrd')
    return {
      problem:
        'A ready CD-ROM image has no kernel and initrd of its own. Remove the format, or give kernel and initrd instead of the source.',
    }
  if (source !== undefined && (kernel !== undefined || initrd !== undefined || block['cmdline'] !== undefined))
    return { problem: 'An image is made of a source, or of a kernel and an initrd, and not of both. Remove one of them.' }
  if (source !== undefined) return typeof source === 'string' ? fromFile(source) : undefined
  if (kernel === undefined || initrd === undefined)
    return { problem: 'An image needs a source: source: FILE.iso, or kernel: FILE and initrd: FILE.' }
  return typeof kernel === 'string' && typeof initrd === 'string' && typeof cmdline === 'string'
    ? { kind: 'kernel', kernel, initrd, cmdline }
    : undefined
}

const fromFile = (path: string): Source | { readonly problem: string } =>
  path.toLowerCase().endsWith('.iso')
    ? { kind: 'iso', path }
    : { problem: `Nothing can be made of ${path}: a source is a file that ends in .iso.` }
