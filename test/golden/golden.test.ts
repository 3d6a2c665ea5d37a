import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { golden, Lab, World } from '@forgeplan/testkit'
import { viewsOf } from '../support/views.ts'
import type { Scenario } from './scenarios.ts'
import { scenarios } from './scenarios.ts'

const fileOf = (name: string): string => fileURLToPath(new URL(`./__golden__/${name}`, import.meta.url))

const viewsFor = async ({ built = [], meanwhile, wanted, given = {}, givenBefore = given, options }: Scenario) => {
  using lab = new Lab({ world: new World({ name: 'golden' }) })
  for (const text of built) {
    lab.configure(text, givenBefore)
    expect((await lab.apply()).outcome.result).toBe('done')
  }
  await meanwhile?.(lab)
  lab.configure(wanted, given)
  return viewsOf(await lab.plan(options), lab)
}

describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
  it('from its text to what people and programs read', async () => {
    const { text, markdown, json } = await viewsFor(scenario)
    golden(fileOf(`${name}.txt`), text)
    golden(fileOf(`${name}.md`), markdown)
    golden(fileOf(`${name}.json`), json)
    expect(JSON.parse(json)).toMatchObject({ format: expect.anything() })
  })
})
