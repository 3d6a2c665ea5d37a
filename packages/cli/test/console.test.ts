import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTail } from '../src/line/console-tail.ts'
import { makePlace } from './support/forge.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-console-'))
  file = join(folder, 'console')
})
afterEach(() => rm(folder, { recursive: true }))

const going = new AbortController().signal

test('a console shows its last lines, or all', async () => {
  await writeFile(file, 'one\r\ntwo\r\nthree\r\n')
  for (const [lines, text] of [
    [Infinity, 'one\ntwo\nthree\n'],
    [2, 'two\nthree\n'],
    [0, ''],
    [9, 'one\ntwo\nthree\n'],
  ] as const) {
    await using tail = await openTail(file)
    expect(await tail?.last(lines)).toBe(text)
  }
})

test('a line that is not ended counts', async () => {
  await writeFile(file, 'one\nlogin: ')
  await using tail = await openTail(file)
  expect(await tail?.last(1)).toBe('login: ')
})

test('what a guest writes reaches no terminal as it is', async () => {
  await writeFile(file, 'a\u001b[2Jb\u202ec\n')
  await using tail = await openTail(file)
  const text = (await tail?.last(Infinity)) ?? ''
  expect(text).not.toContain('\u001b')
  expect(text).not.toContain('\u202e')
  expect(text.endsWith('\n')).toBe(true)
})

test('following goes on where it was, also in the middle of a character or a line end', async () => {
  const euro = Buffer.from('€')
  await writeFile(file, Buffer.concat([Buffer.from('cost: '), euro.subarray(0, 1)]))
  await using tail = await openTail(file)
  let text = await tail?.last(Infinity)
  await appendFile(file, Buffer.concat([euro.subarray(1), Buffer.from('\r')]))
  text += (await tail?.next(going)) ?? ''
  await appendFile(file, '\nnext')
  text += (await tail?.next(going)) ?? ''
  expect(text).toBe('cost: €\nnext')
})

test('following finds its place again when the older half was cut off', async () => {
  await writeFile(file, Array.from({ length: 500 }, (_, i) => `line ${i}\n`).join(''))
  await using tail = await openTail(file)
  await tail?.last(Infinity)
  await truncate(file, 0)
  await appendFile(file, Array.from({ length: 120 }, (_, i) => `line ${400 + i}\n`).join(''))
  expect((await tail?.next(going))?.split('\n')[0]).toBe('line 500')
})

test('following ends when the machine is gone, or when it is told to', async () => {
  await writeFile(file, 'one\n')
  await using tail = await openTail(file)
  expect(await tail?.next(AbortSignal.abort())).toBeNull()
  await rm(file)
  expect(await tail?.next(going)).toBeNull()
})

test('no console, and none that is no plain file', async () => {
  expect(await openTail(file)).toBeNull()
  expect(await openTail(folder)).toBeNull()
})

test('an object without a console is named, and so is an address that nothing stands at', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect(await place.forge(['console', 'group.note/1'])).toMatchObject({ exit: 1, err: expect.stringContaining('keeps none') as string })
  expect(await place.forge(['console', 'group.note/7'])).toMatchObject({ exit: 1, err: expect.stringContaining('Did you mean') as string })
})
