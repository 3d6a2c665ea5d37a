import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlainMap } from '@forgeplan/model'
import { imageUnit, versionAddress } from '@forgeplan/model'
import type { Applied, Call, Handler, ImageFile, ImageFiles, Session, Target } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { VsphereError } from '@forgeplan/vsphere-soap'
import { vsphere } from '../../src/index.ts'
import type { VsphereImageInputs } from '../../src/image/image-type.ts'
import { imageType } from '../../src/image/image-type.ts'
import { aCall } from '../rig.ts'
import { targetOf } from '../target.ts'

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')

/** An image `os` of some content, and a session that can push it. */
export interface ImageLab extends AsyncDisposable {
  readonly handler: Handler
  readonly inputs: VsphereImageInputs
  /** Its file's name. */
  readonly file: string
  readonly content: Uint8Array
  /** Where the content is on this computer. */
  readonly source: string
  target(over?: Partial<Target>): Target
  /** What an engine would know of the target after `put`: with the handle that was recorded. */
  begun(target: Target): Target
  put(target: Target, over?: Partial<Call>): Promise<Applied>
  see(target: Target): Promise<unknown>
  delete(target: Target): Promise<void>
}

export const openImageLab = async (settings: PlainMap, content: Uint8Array, { name = 'os', folder = 'images' } = {}): Promise<ImageLab> => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-image-'))
  const source = join(directory, 'source.iso')
  await writeFile(source, content)
  const digest = sha256(content)
  const made: ImageFile = { suffix: '.iso', path: source, size: content.length, sha256: digest }
  const images: ImageFiles = { make: () => Promise.resolve([made]) }
  const session: Session = await vsphere.open(settings, { directory, signal: new AbortController().signal, images })
  const handler = session.handlers.get(imageType) as Handler
  const config = { source: 'source.iso' }
  const inputs = { name, digest, format: 'iso', plugin: 'linuxkit', config, datastore: 'LocalDS_0', folder } as const
  const address = versionAddress(imageUnit(name), digest.slice(0, 12))
  const handles = new Map<string, string>()
  return {
    handler,
    inputs,
    file: `${name}-${digest.slice(0, 12)}.iso`,
    content,
    source,
    target: (over) => {
      const target = targetOf(1, { type: imageType, address, ...over })
      return { ...target, mark: { ...target.mark, address } }
    },
    begun: (target) => ({ ...target, handle: handles.get(target.uid) ?? null, begunAt: 1 }),
    put: (target, over) => {
      const record = (handle: string): Promise<void> => Promise.resolve(void handles.set(target.uid, handle))
      return handler.apply('create', target, inputs, { kind: 'absent' }, aCall({ record, ...over }))
    },
    see: async (target) => (await handler.observe([target], aCall())).get(target.uid),
    delete: (target) => handler.delete(target, { kind: 'absent' }, aCall()),
    [Symbol.asyncDispose]: async () => {
      await session[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}

const place = (path: string) => ({ datacenter: 'DC0', datastore: 'LocalDS_0', path })

/** What a file of the datastore holds; null where there is none. */
export const contentOf = async (client: Client, path: string): Promise<Buffer | null> => {
  const parts: Uint8Array[] = []
  try {
    for await (const part of client.datastores.download(place(path))) parts.push(part)
  } catch (error) {
    if (error instanceof VsphereError && error.kind === 'http') return null
    throw error
  }
  return Buffer.concat(parts)
}

/** Puts a file into the datastore as a person would. */
export const putContent = async (client: Client, path: string, content: Uint8Array): Promise<void> => {
  await client.datastores.upload(place(path), {
    bytes: content.length,
    open: async function* () {
      yield content
    },
  })
}
