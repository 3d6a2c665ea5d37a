import { randomBytes, randomUUID } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { remoteId, stackName, uid } from '@forgeplan/model'
import type { ProviderError, Target } from '@forgeplan/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { partOf, putFile } from '../src/image/put-file.ts'
import { Shelves } from '../src/image/shelves.ts'
import { usersIn } from '../src/image/users.ts'
import { atlasOf } from '../src/places/atlas.ts'
import { aCall, useRig } from './rig.ts'
import type { ImageLab } from './support/images.ts'
import { contentOf, openImageLab, putContent } from './support/images.ts'
import { filesIn } from './support/standing.ts'

describe.skipIf(!hasVcsim())('an image in a datastore', () => {
  const rig = useRig(['-vm', '1'], { datastore: 'LocalDS_0', cluster: 'DC0_C0' })
  let [folder, count] = ['', 0]
  let lab: ImageLab
  const file = (): string => `${folder}/${lab.file}`
  const files = (): Promise<readonly string[]> => filesIn(rig.client, folder)
  const remove = async (path: string): Promise<void> => {
    await rig.client.datastores.remove((await rig.folders()).datacenter, `[LocalDS_0] ${path}`)
  }
  const otherStack = (): Target => {
    const target = lab.target()
    return { ...target, mark: { ...target.mark, stack: stackName('other') } }
  }

  beforeEach(async () => {
    folder = `images-${++count}`
    lab = await openImageLab(rig.settings, randomBytes(10_000), { folder })
  })
  afterEach(async () => {
    await lab[Symbol.asyncDispose]()
    await remove('forge-images')
  })

  it('is uploaded with progress, and read back', async () => {
    const told: (readonly [string, number | undefined])[] = []
    const { outputs } = await lab.put(lab.target(), { progress: (words, fraction) => void told.push([words, fraction]) })
    expect(outputs).toEqual({ file: `[LocalDS_0] ${file()}`, size: 10_000, usedBy: [] })
    expect((await contentOf(rig.client, file()))?.equals(lab.content)).toBe(true)
    expect(told).toContainEqual(['uploading the image', 1])
    expect(told.at(-1)).toEqual(['reading the image back', 1])
  })

  it('is shared by two stacks, and its file goes with the last of them', async () => {
    const [ours, other] = [lab.target(), otherStack()]
    await lab.put(ours)
    await lab.put(other)
    await lab.delete(ours)
    expect(await files()).toEqual([lab.file])
    await lab.delete(other)
    expect(await files()).toEqual([])
  })

  it('that two stacks push at once is there once, for both', async () => {
    const targets = [lab.target(), otherStack(), { ...otherStack(), uid: uid(randomUUID()) }].map((target) => ({
      ...target,
      mark: { ...target.mark, uid: target.uid, stack: stackName(`s${target.uid.slice(0, 8)}`) },
    }))
    // Who reads the note of another just while that is moved into its place is told to try again, as the engine does.
    const push = async (target: Target, attempts = 5): Promise<unknown> =>
      lab.put(lab.begun(target)).catch((error: ProviderError) => {
        if (error.kind !== 'transient' || attempts === 1) throw error
        return push(target, attempts - 1)
      })
    await Promise.all(targets.map((target) => push(target)))
    expect(await files()).toEqual([lab.file])
    for (const target of targets) await lab.delete(target)
    expect(await files()).toEqual([])
  })

  it('of the same version that another stack has built with other bytes is taken as it stands', async () => {
    const [ours, other] = [lab.target(), otherStack()]
    await lab.put(ours)
    await using rebuilt = await openImageLab(rig.settings, randomBytes(10_000), { folder, digest: lab.inputs.digest })
    await rebuilt.put(other)
    expect((await contentOf(rig.client, file()))?.equals(lab.content)).toBe(true)
    expect(await files()).toEqual([lab.file])
  })

  it('whose name another stack took while it was uploaded is that one at the second attempt, though both are of one size', async () => {
    const [ours, other] = [lab.target(), otherStack()]
    await using rebuilt = await openImageLab(rig.settings, randomBytes(10_000), { folder, digest: lab.inputs.digest })
    const racing: Promise<unknown>[] = []
    // The other has the name by the time that this one has been read back, or a little later.
    const progress = (words: string): void => {
      if (words === 'reading the image back' && racing.length === 0) racing.push(lab.put(ours).catch(() => undefined))
    }
    await rebuilt.put(other, { progress }).catch((error: unknown) => expect(error).toMatchObject({ kind: 'conflict' }))
    await Promise.all(racing)
    await rebuilt.put(rebuilt.begun(other))
    await lab.put(lab.begun(ours))
    expect(await files()).toEqual([lab.file])
    const held = await contentOf(rig.client, file())
    expect([lab.content, rebuilt.content].filter((content) => held?.equals(content) === true)).toHaveLength(1)
  })

  it('that was lost and is pushed again leaves no note of the one before', async () => {
    const [first, second] = [lab.target(), lab.target()]
    await lab.put(first)
    await remove(file())
    expect(await lab.see(first)).toEqual({ kind: 'absent', remains: true })
    await lab.put(second)
    expect(await filesIn(rig.client, 'forge-images')).toEqual([`${second.uid}.json`])
  })

  it('that lost its file, or whose file is another one now, goes with its note and leaves what is there', async () => {
    const [lost, changed] = [lab.target(), lab.target()]
    await lab.put(lost)
    await remove(file())
    await lab.delete(lost)
    await lab.put(changed)
    await remove(file())
    await putContent(rig.client, file(), Buffer.from('something else'))
    expect(await lab.see(changed)).toEqual({ kind: 'absent', remains: true })
    await lab.delete(changed)
    expect([await filesIn(rig.client, 'forge-images'), await files()]).toEqual([[], [lab.file]])
    expect((await contentOf(rig.client, file()))?.toString()).toBe('something else')
    await remove(file())
  })

  it('that has come back is not deleted with what was left of it', async () => {
    const ours = lab.target()
    await lab.put(ours)
    const deleting = lab.handler.delete(ours, { kind: 'absent', remains: true }, aCall())
    await expect(deleting).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('has come back') })
    expect(await files()).toEqual([lab.file])
    await lab.delete(ours)
  })

  it('stays while the note of another cannot be read, which may need the same file', async () => {
    const ours = lab.target()
    await lab.put(ours)
    await putContent(rig.client, 'forge-images/somebody.json', Buffer.from('{'))
    await expect(lab.delete(ours)).rejects.toMatchObject({ kind: 'conflict' })
    expect(await files()).toEqual([lab.file])
  })

  it('never takes the place of a file with another content, and is no image while it is there', async () => {
    const target = lab.target()
    for (const content of ['something else', lab.content.map((byte) => byte ^ 1)]) {
      await putContent(rig.client, file(), Buffer.from(content))
      await expect(lab.put(target)).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('It is not overwritten') })
      expect((await contentOf(rig.client, file()))?.equals(Buffer.from(content))).toBe(true)
      await remove(`forge-images/${target.uid}.json`)
    }
    await remove(file())
    await lab.put(target)
    expect((await contentOf(rig.client, file()))?.equals(lab.content)).toBe(true)
  })

  it('that is there with the same content is not uploaded again', async () => {
    await putContent(rig.client, file(), lab.content)
    const told: string[] = []
    await lab.put(lab.target(), { progress: (words) => void told.push(words) })
    expect(new Set(told)).toEqual(new Set(['reading the image back']))
  })

  it('of whose last attempt another content has arrived is uploaded anew', async () => {
    const target = lab.target()
    await putContent(
      rig.client,
      `${folder}/${lab.file}.${target.uid}.part`,
      lab.content.map((byte) => byte ^ 1),
    )
    await expect(lab.put(target)).rejects.toMatchObject({ kind: 'transient' })
    expect(await files()).toEqual([])
    await lab.put(target)
    expect((await contentOf(rig.client, file()))?.equals(lab.content)).toBe(true)
  })

  it('whose source changes on the way is refused, and nothing of it stays', async () => {
    await appendFile(lab.source, 'more')
    await expect(lab.put(lab.target())).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('Plan again') })
    expect(await files()).toEqual([])
  })

  it('that does not fit is told before a byte is sent', async () => {
    const shelves = new Shelves(rig.client, atlasOf(rig.client), {})
    const shelf = await shelves.at({ datastore: 'LocalDS_0' }, new AbortController().signal)
    shelf.freeBytes = () => Promise.resolve(2 ** 20)
    const kept = { folder, name: lab.file, size: 2 ** 30, sha256: lab.inputs.digest }
    const putting = { shelf, file: kept, source: { path: lab.source }, uid: 'x' }
    await expect(putFile(putting, aCall())).rejects.toMatchObject({
      kind: 'invalid',
      message: 'The datastore LocalDS_0 has 1 MiB free, and the image takes 1 GiB. Make room, or push to another one.',
    })
    expect(await filesIn(rig.client, folder)).not.toContain(partOf(kept, 'x'))
  })

  it('is in use by every machine whose CD-ROM names it, and is not deleted then, but given up where another stack keeps it', async () => {
    const target = lab.target()
    const { id } = await lab.put(target)
    const machine = rig.target()
    await rig.apply('create', machine, { iso: `[LocalDS_0] ${file()}`, network: 'VM Network', name: 'user' })
    expect(await lab.see({ ...target, id })).toMatchObject({ outputs: { usedBy: ['user'] } })
    await expect(lab.delete({ ...target, id })).rejects.toMatchObject({ kind: 'conflict', message: 'The image is in use by user.' })
    const other = otherStack()
    await lab.put(other)
    await lab.delete({ ...target, id })
    expect(await files()).toEqual([lab.file])
    await expect(lab.delete(other)).rejects.toMatchObject({ kind: 'conflict' })
    await rig.handler.delete(machine, { kind: 'absent' }, aCall())
    await lab.delete(other)
    expect(await files()).toEqual([])
  })

  it('may be in use by a machine whose devices this login may not read', async () => {
    const client = {
      ...rig.client,
      retrieve: async function* () {
        const missing = [{ path: 'config.hardware.device', fault: 'NoPermission', text: '' }]
        yield { ref: { type: 'VirtualMachine', value: 'vm-1' }, properties: new Map([['name', 'hidden']]), missing }
      },
    }
    const users = await usersIn(client, new AbortController().signal)
    const place = {
      datacenter: { type: 'Datacenter', value: 'd' },
      datacenterPath: 'DC0',
      datastore: { ref: { type: 'Datastore', value: 's' }, name: 'n' },
    }
    expect(users(place, { folder: 'images', name: 'os-012345678901.iso' })).toEqual(['hidden (unreadable)'])
  })

  it('in a datastore that is not there is unreadable, and never absent', async () => {
    const target = lab.target()
    await lab.put(target)
    expect(await lab.see({ ...target, id: remoteId(`datastore-0/${target.uid}`) })).toMatchObject({ kind: 'unreadable' })
  })

  it('of a kernel, or for a datastore that is not there, is refused before anything is done', async () => {
    const look = async (over: object) =>
      lab.handler.preflight?.([{ address: lab.target().address, inputs: { ...lab.inputs, ...over } }], aCall(), [])
    expect(await look({})).toEqual([])
    expect(await look({ format: 'kernel+initrd' })).toMatchObject([{ severity: 'error', code: 'FORGE5317' }])
    expect(await look({ datastore: 'LocalDS_1' })).toMatchObject([{ severity: 'error', code: 'FORGE5301' }])
    expect(await look({ datacenter: 'DC7' })).toMatchObject([{ severity: 'error', code: 'FORGE5301' }])
  })

  it('is warned of where another file has its place, and not where it stands itself', async () => {
    const target = lab.target()
    const look = async () => lab.handler.preflight?.([{ address: target.address, inputs: lab.inputs }], aCall(), [])
    await putContent(rig.client, file(), Buffer.from('something else'))
    const warning = (says: string) => ({
      code: 'FORGE5318',
      detail: expect.stringContaining(`${file()} is there (14 bytes), and ${says}.`),
    })
    expect(await look()).toMatchObject([warning('no note says that it is an image')])
    await remove(file())
    await lab.put(target)
    expect(await look()).toEqual([])
    await remove(file())
    await putContent(rig.client, file(), Buffer.from('something else'))
    expect(await look()).toMatchObject([warning('is not what the note of an image says')])
    await remove(file())
    await lab.delete(target)
  })
})
