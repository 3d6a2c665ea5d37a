import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sample } from 'fast-check'
import { expect, it } from 'vitest'
import { builtinFlavors, builtinProviders } from '@forgeplan/cli'
import { decode, expand, parse, wants } from '@forgeplan/config'
import type { Catalog, Checked, Diagnostic } from '@forgeplan/model'
import { diagnosticJson, diagnosticsText } from '@forgeplan/report'
import { fleets, fleetYaml, Lab, LabProblems, World } from '@forgeplan/testkit'
import { makeChance } from '../e2e/support/chance.ts'
import { patience, size } from '../scale.ts'
import { viewsOf } from '../support/views.ts'
import { mutatedText } from './support/mutate.ts'
import { rawControls } from './support/raw.ts'
import { watchdog } from './support/watchdog.ts'

const examples = ['quickstart', 'dependencies', 'local-vms', 'group-by-ids'].map((name) =>
  readFileSync(join(import.meta.dirname, '..', '..', 'examples', name, 'forge.yaml'), 'utf8'),
)

it(
  'every mutated configuration is read or refused with places, codes and words, and what is read can be planned',
  { timeout: patience },
  async () => {
    const chance = makeChance()
    process.stdout.write(`mutated configurations: ${size.mutants} cases, FORGE_SEED=${chance.seed}\n`)
    const fleetTexts = sample(fleets(), { numRuns: 50, seed: chance.seed }).map((fleet) => fleetYaml(fleet, 'w'))
    const catalog = await builtinCatalog()
    using dog = watchdog()
    let planned = 0
    for (let n = 0; n < size.mutants; n++) {
      const simulated = n % 2 === 0
      const text = mutatedText(chance.pick((simulated ? fleetTexts : examples) as [string]), chance)
      dog.next(text)
      const about = `case ${n} of FORGE_SEED=${chance.seed}:\n${text}`
      try {
        if (simulated) planned += await planOf(text)
        else checkReading(text, catalog)
      } catch (error) {
        throw new Error(`Neither a configuration nor a diagnostic in ${about}`, { cause: error })
      }
    }
    expect(planned, 'some are still good').toBeGreaterThan(0)
  },
)

const builtinCatalog = async (): Promise<Catalog> => {
  const load = async <T>(table: Readonly<Record<string, () => Promise<T>>>): Promise<ReadonlyMap<string, T>> =>
    new Map(await Promise.all(Object.entries(table).map(async ([name, make]) => [name, await make()] as const)))
  return { providers: await load(builtinProviders), flavors: await load(builtinFlavors) }
}

const planOf = async (text: string): Promise<number> => {
  using lab = new Lab({ world: new World({ name: 'w' }) })
  try {
    const wanted = lab.configure(text)
    if (wanted.units.some(({ shape }) => shape.kind === 'sized' && shape.size > 200)) return 0
    // Any other name of a world is the path of a file, which the simulated provider would make.
    if (wanted.providers.some(({ settings }) => settings['world'] !== 'w')) return 0
    const views = viewsOf(await lab.plan(), lab)
    for (const view of Object.values(views)) expect(rawControls(view)).toEqual([])
    return 1
  } catch (error) {
    if (!(error instanceof LabProblems)) throw error
    checkProblems(error.problems, text)
    return 0
  }
}

const checkReading = (text: string, catalog: Catalog): void => {
  const document = parse([{ file: 'forge.yaml', text }])
  if (!document.ok) return checkProblems(document.problems, text)
  const { files } = wants(document.value)
  const inputs = {
    environment: new Map<string, string>(),
    files: new Map(files.map((file) => [file, { problem: 'there is no such file' }])),
    variables: new Map(),
    images: new Map(),
    origins: new Map(),
    secrets: new Map(),
  }
  const config = decode(document.value, catalog, inputs)
  const desired: Checked<unknown> = config.ok ? expand(config.value) : config
  if (!desired.ok) checkProblems(desired.problems, text)
}

const checkProblems = (problems: readonly Diagnostic[], text: string): void => {
  expect(problems.length).toBeGreaterThan(0)
  const sources = new Map([['forge.yaml', text]])
  for (const problem of problems) {
    expect(problem.code).toMatch(/^FORGE\d{4}$/)
    expect(problem.detail).not.toBe('')
    JSON.stringify(diagnosticJson(problem, sources))
  }
  expect(rawControls(diagnosticsText(problems, sources, { color: false, width: 80 }))).toEqual([])
}
