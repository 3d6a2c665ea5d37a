import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { forgeCommands, problemsOf } from './support/command-line.ts'
import { blocksOf } from './support/markdown.ts'
import { makeScene } from './support/scene.ts'

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>>
}

const block = blocksOf('docs/ci.md').find(({ language }) => language === 'yaml')
const workflow = parse(block?.text ?? '') as Workflow
const scriptsOf = (job: string): readonly string[] => workflow.jobs[job]?.steps.flatMap(({ run }) => (run === undefined ? [] : [run])) ?? []
const isForge = (script: string): boolean => script.includes('forge')

test('the commands of the workflow are real commands with real options', () => {
  const scripts = Object.keys(workflow.jobs).flatMap(scriptsOf)
  expect(scripts.filter(isForge)).toHaveLength(2)
  expect(scripts.flatMap(forgeCommands).flatMap(problemsOf)).toEqual([])
})

test('the plan of the first job is applied by the second, and the next plan has nothing to do', async () => {
  await using scene = await makeScene()
  const folder = 'examples/quickstart'
  const env = {
    FORGE_STATE: join(scene.directory, folder, '.forge', 'state.db'),
    GITHUB_OUTPUT: join(scene.directory, 'output'),
    GITHUB_STEP_SUMMARY: join(scene.directory, 'summary'),
  }
  const runJob = async (job: string): Promise<void> => {
    for (const script of scriptsOf(job).filter(isForge)) {
      const { code, out } = await scene.run(script, { folder, env })
      expect({ job, code, out }).toMatchObject({ code: 0 })
    }
  }
  await runJob('plan')
  expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe('changes=true\n')
  expect(await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('4 to add')
  await runJob('apply')
  await runJob('plan')
  expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe('changes=true\nchanges=false\n')
})
