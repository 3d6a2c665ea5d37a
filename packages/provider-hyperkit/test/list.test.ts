import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Found } from '@forgeplan/model'
import { stackName } from '@forgeplan/model'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { homeOf } from '../src/home/home.ts'
import { makeHome, writeMark } from '../src/home/make.ts'
import type { Rig } from './rig.ts'
import { aCall, aTarget, inputs, openRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
})

const listed = async (stack = 'lab'): Promise<readonly Found[]> => {
  const found: Found[] = []
  for await (const one of rig.handler.list(stackName(stack), aCall())) found.push(one)
  return found
}

it('a sweep lists a machine whose mark alone can be read, as unreadable and only to its own stack', async () => {
  const target = aTarget()
  const home = homeOf(rig.root, target.uid)
  await makeHome(home, inputs(), target.mark)
  await writeFile(join(home.directory, 'machine.json'), '{')
  expect(await listed()).toMatchObject([
    { mark: target.mark, observation: { kind: 'unreadable', why: expect.stringContaining('damaged') } },
  ])
  expect(await listed('other')).toEqual([])
})

it('a sweep knows the copy of a machine although it cannot be read', async () => {
  const [target, copy] = [aTarget(), aTarget()]
  const { directory } = homeOf(rig.root, copy.uid)
  await mkdir(directory, { recursive: true })
  await writeMark(directory, target.mark)
  expect(await listed()).toMatchObject([{ observation: { kind: 'copy', id: copy.uid, of: target.uid } }])
})

it('a sweep passes over a directory whose mark is damaged or no file', async () => {
  const [damaged, none] = [homeOf(rig.root, aTarget().uid).directory, homeOf(rig.root, aTarget().uid).directory]
  await mkdir(damaged, { recursive: true })
  await writeFile(join(damaged, 'mark.json'), '{')
  await mkdir(join(none, 'mark.json'), { recursive: true })
  expect(await listed()).toEqual([])
})
