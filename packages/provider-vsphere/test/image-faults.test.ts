import { randomBytes } from 'node:crypto'
import type { Target } from '@forgeplan/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Meddling } from '../../../test/support/soap-proxy.ts'
import { settingsOf } from './subject.ts'
import { contentOf, openImageLab } from './support/images.ts'
import type { Line } from './support/line.ts'
import { openLine } from './support/line.ts'
import { filesIn } from './support/standing.ts'

const bytes = 700_001
const pass: Meddling = { kind: 'pass' }

// The note goes first, and beside where it will be.
const ofImage = (fault: Meddling) => (method: string, before: number) => (method === 'PUT /folder' && before === 1 ? fault : pass)

const cuts: readonly (readonly [string, Meddling])[] = [
  ...[0, 1, 65_536, 350_000, bytes - 1, bytes].map((at) => [`is cut after ${at} bytes`, { kind: 'half', bytes: at }] as const),
  ['is cut before anything arrives', { kind: 'cut-before' }],
  ['is cut before its answer', { kind: 'cut-after' }],
  ['meets a 503', { kind: 'status', status: 503 }],
  ['meets a 503 in the middle', { kind: 'early', bytes: 350_000, status: 503 }],
  ['finds the datastore full in the middle', { kind: 'early', bytes: 350_000, status: 507 }],
]

const steps = ['SearchDatastore_Task', 'RetrievePropertiesEx', 'GET /folder', 'MoveDatastoreFile_Task', 'WaitForUpdatesEx'] as const
const troubles: readonly (readonly [string, Meddling])[] = [
  ['is lost before its effect', { kind: 'cut-before' }],
  ['is lost after its effect', { kind: 'cut-after' }],
  ['meets a 503', { kind: 'status', status: 503 }],
  ['has half an answer', { kind: 'truncate' }],
  ['meets the end of its session', { kind: 'fault', fault: 'NotAuthenticated' }],
]

describe.skipIf(!hasVcsim())('an image on a bad line', () => {
  let line: Line
  let count = 0
  beforeAll(async () => {
    line = await openLine('')
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
  })

  const notesOf = async ({ uid }: Target): Promise<readonly string[]> =>
    (await filesIn(line.client, 'forge-images')).filter((file) => file.startsWith(uid))

  /** Whatever has gone wrong: never half of an image under its name, and the next attempt completes it, leaving nothing else. */
  const survives = async (meddle: (method: string, before: number) => Meddling, fails: boolean | null): Promise<void> => {
    const folder = `images-${++count}`
    await using lab = await openImageLab(settingsOf(line), randomBytes(bytes), { folder })
    try {
      const target = lab.target()
      line.meddle(meddle)
      const failed = await lab.put(target).then(
        () => false,
        (error: unknown) => {
          expect(error).toMatchObject({ kind: expect.stringMatching(/^(transient|conflict)$/) })
          return true
        },
      )
      if (fails !== null) expect(failed).toBe(fails)
      line.meddle(() => pass)
      const half = await contentOf(line.client, `${folder}/${lab.file}`)
      if (half !== null) expect(half.equals(lab.content)).toBe(true)
      if (failed && half === null) expect(await lab.see(lab.begun(target))).toMatchObject({ kind: 'absent' })
      const { id } = await lab.put(lab.begun(target))
      expect((await contentOf(line.client, `${folder}/${lab.file}`))?.equals(lab.content)).toBe(true)
      expect(await filesIn(line.client, folder)).toEqual([lab.file])
      expect(await notesOf(target)).toEqual([`${target.uid}.json`])
      await lab.delete({ ...target, id })
      expect([await filesIn(line.client, folder), await notesOf(target)]).toEqual([[], []])
    } finally {
      line.meddle(() => pass)
    }
  }

  it.each(cuts)('whose upload %s is never half there, and the next attempt completes it', async (_, fault) => {
    await survives(ofImage(fault), true)
  })

  it('whose session ends at 90 % of the upload is sent again within the same attempt', async () => {
    await survives(ofImage({ kind: 'early', bytes: Math.floor(bytes * 0.9), status: 401 }), false)
  })

  describe.each(steps)('of which a call of %s', (step) => {
    it.each(troubles)('%s', async (_, fault) => {
      // A session is opened again once for a call.
      const times = fault.kind === 'fault' ? 1 : 2
      await survives((method, before) => (method === step && before < times ? fault : pass), null)
    })
  })

  it('that was killed before it was read back is removed with what was uploaded, when nobody wants it any more', async () => {
    const folder = `images-${++count}`
    await using other = await openImageLab(settingsOf(line), randomBytes(bytes), { folder })
    const target = other.target()
    line.meddle((method) => (method === 'GET /folder' ? { kind: 'cut-before' } : pass))
    await expect(other.put(target)).rejects.toMatchObject({ kind: 'transient' })
    line.meddle(() => pass)
    expect(await filesIn(line.client, folder)).toEqual([`${other.file}.${target.uid}.part`])
    await other.delete(other.begun(target))
    expect([await filesIn(line.client, folder), await notesOf(target)]).toEqual([[], []])
  })

  it('that was uploaded whole is not uploaded again', async () => {
    const folder = `images-${++count}`
    await using other = await openImageLab(settingsOf(line), randomBytes(bytes), { folder })
    const target = other.target()
    line.meddle((method) => (method === 'GET /folder' ? { kind: 'cut-before' } : pass))
    await expect(other.put(target)).rejects.toMatchObject({ kind: 'transient' })
    line.meddle(() => pass)
    line.calls()
    const { id } = await other.put(other.begun(target))
    // Its note.
    expect(line.calls().filter((method) => method === 'PUT /folder')).toHaveLength(1)
    await other.delete({ ...target, id })
  })
})
