import { expect, test } from 'vitest'
import { makePlace } from './support/forge.ts'

test('graph draws the configuration, and a saved plan with what it does', async () => {
  await using place = await makePlace()
  const drawn = await place.forge(['graph'])
  expect(drawn.exit).toBe(0)
  expect(drawn.out).toContain('u0["group.note<br/>2 x files/note"]')
  await place.forge(['plan', '--out', 'a.forgeplan'])
  expect((await place.forge(['graph', '--format', 'dot', 'a.forgeplan'])).out).toContain('[label = "group.note\\n2 x files/note\\n+2"]')
})

test('another format is refused with those that there are', async () => {
  await using place = await makePlace()
  const { exit, err } = await place.forge(['graph', '--format', 'svg'])
  expect(exit).toBe(1)
  expect(err).toContain('mermaid, dot')
})
