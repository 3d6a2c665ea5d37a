import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Event, Plan } from '@forgeplan/model'
import { eventText, planView, progress, renderText, runReport, startProgress } from '@forgeplan/report'
import type { Applied } from '@forgeplan/testkit'
import { golden, Lab, World } from '@forgeplan/testkit'
import type { Rollout } from './rollouts.ts'
import { rollouts, rolloutYaml } from './rollouts.ts'

const fileOf = (name: string): string => fileURLToPath(new URL(`./__golden__/rollout, ${name}.txt`, import.meta.url))
const width = 100

/** What a person reads while the plan is applied, and when it has ended. */
const runText = (plan: Plan, events: readonly Event[]): string => {
  const shown = startProgress(plan)
  const lines = events.flatMap((event) => (event.kind === 'gate-waiting' ? [] : (eventText(event, { color: false }) ?? [])))
  return `${lines.join('\n')}\n${runReport(events.reduce(progress, shown), { width, color: false, planFile: 'roll.plan', back: 1 })}`
}

const storyOf = async ({ before, after, meanwhile, trouble, runs = [{}] }: Rollout): Promise<string> => {
  using lab = new Lab({ world: new World({ name: 'golden', creationMs: 4_000, healthyAfterMs: 3_000 }) })
  lab.configure(rolloutYaml(before))
  expect((await lab.apply()).outcome.result).toBe('done')
  // Nobody is young any more.
  lab.clock.pass(300_000)
  meanwhile?.(lab)
  lab.configure(rolloutYaml(after))
  const plan = await lab.plan()
  trouble?.(lab)
  const parts = [renderText(planView(plan, lab.catalog), { width, color: false, verbose: false })]
  for (const run of runs) {
    run.meanwhile?.(lab)
    const applied: Applied = await lab.apply({ plan, parallelism: 1, ...run.options?.(lab) })
    parts.push(runText(plan, applied.events))
  }
  return parts.join(`\n${'-'.repeat(width)}\n\n`)
}

describe.each(Object.entries(rollouts))('the rollout "%s"', (name, rollout) => {
  it('reads well from its plan to its end', async () => golden(fileOf(name), await storyOf(rollout)))
})
