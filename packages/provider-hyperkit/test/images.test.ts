import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ImageInputs } from '@forgeplan/model'
import { imageUnit, remoteId, stackName, versionAddress } from '@forgeplan/model'
import type { Handler, ImageFile, Target } from '@forgeplan/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImageOutputs } from '../src/image/image-type.ts'
import { imageType } from '../src/image/image-type.ts'
import { putFile } from '../src/image/put-file.ts'
import { hyperkit } from '../src/index.ts'
import { aCall, aTarget } from './rig.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const digest = sha256('one')
const inputs: ImageInputs = { name: 'os', digest, format: 'iso', plugin: 'linuxkit', config: { source: 'os.iso' } }
const address = versionAddress(imageUnit('os'), digest.slice(0, 12))

describe('an image on the shelf', () => {
  let folder = ''
  let handler: Handler<ImageInputs, ImageOutputs>
  let made: ImageFile
  // What happens while an image is being made.
  let meanwhile: (() => Promise<unknown>) | undefined
  const shelf = () => join(folder, 'machines', '.images')
  const file = () => join(shelf(), `os-${digest.slice(0, 12)}.iso`)
  const target = (over: Partial<Target> = {}): Target => aTarget({ type: imageType, address, ...over })
  const put = (each: Target) => handler.apply('create', each, inputs, { kind: 'absent' }, aCall())
  const look = async (each: Target) => (await handler.observe([each], aCall())).get(each.uid)

  // A machine called `user`.
  const bootFrom = async (iso: string) => {
    const home = join(folder, 'machines', '6baf769c-17e8-5168-873b-d06450cbeabb')
    await mkdir(home)
    await writeFile(join(home, 'machine.json'), JSON.stringify({ format: 1, inputs: { iso }, hostname: 'user', bootDigest: sha256(iso) }))
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-shelf-'))
    await writeFile(join(folder, 'os.iso'), 'one')
    const one: ImageFile = { suffix: '.iso', path: join(folder, 'os.iso'), size: 3, sha256: digest }
    made = one
    meanwhile = undefined
    const make = async (): Promise<readonly ImageFile[]> => {
      await meanwhile?.()
      return [made]
    }
    const host = { directory: folder, signal: new AbortController().signal, images: { make } }
    const session = await hyperkit.open({ root: 'machines' }, host)
    handler = session.handlers.get(imageType) as unknown as Handler<ImageInputs, ImageOutputs>
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('that was lost and is pushed again leaves no note of the one before', async () => {
    const [first, second] = [target(), target()]
    await put(first)
    await rm(file())
    expect(await look(first)).toEqual({ kind: 'absent', remains: true })
    await put(second)
    expect(new Set(await readdir(shelf()))).toEqual(new Set([`${second.uid}.json`, file().slice(shelf().length + 1)]))
  })

  it('is shared by two stacks, and its file goes with the last of them', async () => {
    const ours = target()
    const other = aTarget({ type: imageType, address }, { stack: stackName('other') })
    await put(ours)
    await put(other)
    await handler.delete(ours, { kind: 'absent' }, aCall())
    expect(existsSync(file())).toBe(true)
    await handler.delete(other, { kind: 'absent' }, aCall())
    expect(existsSync(file())).toBe(false)
  })

  it('that another stack has pushed is taken as it stands, since the same source built twice may give other bytes', async () => {
    await put(target())
    await writeFile(join(folder, 'os.iso'), 'built again')
    const other = aTarget({ type: imageType, address }, { stack: stackName('other') })
    await put(other)
    expect(await readFile(file(), 'utf8')).toBe('one')
    expect(await look(other)).toMatchObject({ kind: 'present', outputs: { size: 3 } })
  })

  it('that another stack pushes while this one is being made, or copied, is never written over', async () => {
    const other = aTarget({ type: imageType, address }, { stack: stackName('other') })
    const rebuilt = join(folder, 'again.iso')
    await writeFile(rebuilt, 'built again')
    const again: ImageFile = { suffix: '.iso', path: rebuilt, size: 11, sha256: sha256('built again') }
    meanwhile = async () => {
      meanwhile = undefined
      await put(target())
      made = again
    }
    await put(other)
    expect(await readFile(file(), 'utf8')).toBe('one')
    expect(await look(other)).toMatchObject({ kind: 'present', outputs: { size: 3 } })
    const late = { call: aCall(), isAnothers: () => Promise.resolve(true) }
    await expect(putFile(again, file(), late)).rejects.toMatchObject({ kind: 'transient' })
    expect([await readFile(file(), 'utf8'), (await readdir(shelf())).filter((name) => name.endsWith('.part'))]).toEqual(['one', []])
  })

  it('that has other bytes than its note says by the time that a creation is gone on with is not taken for done', async () => {
    const ours = target()
    await put(ours)
    await writeFile(file(), 'two')
    await put(ours)
    expect(await readFile(file(), 'utf8')).toBe('one')
  })

  it('is given up while machines boot from it, where another stack keeps its file', async () => {
    const [ours, other] = [target(), aTarget({ type: imageType, address }, { stack: stackName('other') })]
    await put(ours)
    await put(other)
    await bootFrom(file())
    await handler.delete(ours, { kind: 'absent' }, aCall())
    expect([existsSync(file()), await look(ours)]).toEqual([true, { kind: 'absent' }])
  })

  it('stays where a machine names it in the words of another configuration, whose folder nobody knows here', async () => {
    const ours = target()
    await put(ours)
    await bootFrom(`../elsewhere/.forge/machines/.images/${basename(file())}`)
    await expect(handler.delete(ours, { kind: 'absent' }, aCall())).rejects.toThrow('The image is in use by user')
    expect(existsSync(file())).toBe(true)
  })

  it('stays where a machine names it by a path that is not the shortest', async () => {
    const ours = target()
    await put(ours)
    await bootFrom(file().replace('/machines/', '/machines/../machines//'))
    await expect(handler.delete(ours, { kind: 'absent' }, aCall())).rejects.toThrow('The image is in use by user')
    expect(existsSync(file())).toBe(true)
  })

  it('that another stack has pushed and somebody has changed since is pushed again', async () => {
    await put(target())
    await writeFile(file(), 'two')
    await put(aTarget({ type: imageType, address }, { stack: stackName('other') }))
    expect(await readFile(file(), 'utf8')).toBe('one')
  })

  it('that lost its file is listed no more, and goes with its note, also where a machine still names it', async () => {
    const cut = target()
    await put(cut)
    await bootFrom(file())
    await writeFile(file(), 'o')
    for await (const { mark } of handler.list(stackName('lab'), aCall())) expect.unreachable(mark.address)
    await handler.delete(cut, { kind: 'absent', remains: true }, aCall())
    expect([await readdir(shelf()), await look(cut)]).toEqual([[basename(file())], { kind: 'absent' }])
  })

  it('that has come back is not deleted with what was left of it', async () => {
    const ours = target()
    await put(ours)
    const deleting = handler.delete(ours, { kind: 'absent', remains: true }, aCall())
    await expect(deleting).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('has come back') })
    expect(existsSync(file())).toBe(true)
  })

  it('that was cut leaves what is left of it where the note of another cannot be read, and is put there again', async () => {
    const cut = target()
    await put(cut)
    await writeFile(file(), 'o')
    await writeFile(join(shelf(), 'somebody.json'), '{')
    await handler.delete(cut, { kind: 'absent', remains: true }, aCall())
    expect(new Set(await readdir(shelf()))).toEqual(new Set([basename(file()), 'somebody.json']))
    await put(target())
    expect(await readFile(file(), 'utf8')).toBe('one')
  })

  it('whose mark was taken off and whose file is gone leaves nothing that this stack could take away', async () => {
    const ours = target()
    await put(ours)
    await handler.mark?.(ours, null, aCall())
    await rm(file())
    expect(await look(ours)).toEqual({ kind: 'absent' })
  })

  it('that was cut goes with what is left of it', async () => {
    const cut = target()
    await put(cut)
    await writeFile(file(), 'o')
    await handler.delete(cut, { kind: 'absent', remains: true }, aCall())
    expect(await readdir(shelf())).toEqual([])
  })

  it('stays while the note of another cannot be read, which may need the same file', async () => {
    const ours = target()
    await put(ours)
    await writeFile(join(shelf(), 'somebody.json'), '{')
    await expect(handler.delete(ours, { kind: 'absent' }, aCall())).rejects.toMatchObject({ kind: 'conflict' })
    expect(existsSync(file())).toBe(true)
  })

  it('takes what a killed copy has left with it, and leaves what somebody still writes', async () => {
    const ours = target()
    const dead = `${file()}.999999999-0.part`
    const alive = `${file()}.${process.ppid}-0.part`
    await put(ours)
    for (const part of [dead, alive]) await writeFile(part, 'o')
    await handler.delete(ours, { kind: 'absent' }, aCall())
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true])
  })

  it('whose root is missing may stand on a disk that is not mounted', async () => {
    const ours = target()
    await put(ours)
    await rename(join(folder, 'machines'), join(folder, 'unmounted'))
    expect(await look({ ...ours, id: remoteId(ours.uid) })).toMatchObject({ kind: 'unreadable' })
  })
})
