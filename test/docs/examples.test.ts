import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { root } from '../e2e/support/command.ts'
import type { Ran } from '../e2e/support/command.ts'
import type { Scene } from './support/scene.ts'
import { makeScene, processesIn } from './support/scene.ts'

/** How an example is given its variables, and what has to be said before it can be destroyed. */
interface Example {
  readonly options: string
  readonly lift?: string
  /** Machines that outlive it by its own policy. */
  readonly kept: number
}

const examples: Readonly<Record<string, Example>> = {
  quickstart: { options: '', kept: 0 },
  'group-by-ids': { options: '', lift: '--var guarded=false', kept: 1 },
  environments: { options: '--env prod --var-file examples/environments/prod.vars', kept: 0 },
  dependencies: { options: '', kept: 0 },
  'rolling-web': { options: '', kept: 0 },
}

// The real machines of local-vms and docker-hosts and the simulated vCenter of vsphere-web have tests of their own, in test/e2e.
test('every example is listed here', () => {
  const folders = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.map(({ name }) => name).toSorted()).toEqual(
    [...Object.keys(examples), 'providers', 'flavors', 'local-vms', 'vsphere-web', 'docker-hosts'].toSorted(),
  )
})

test.concurrent.each(Object.entries(examples))(
  'the example %s validates, is built, needs nothing more, and is taken down',
  async (name, { options, lift = '', kept }) => {
    await using scene = await makeScene()
    const forge = async (command: string): Promise<Ran> => scene.run(`forge -C examples/${name} ${options} ${command}`)
    expect(await forge('validate')).toMatchObject({ code: 0 })
    expect(await forge('apply --auto-approve')).toMatchObject({ code: 0 })
    expect(await forge('plan --detailed-exitcode')).toMatchObject({ code: 0 })
    if (lift !== '') {
      expect(await forge('destroy --auto-approve')).toMatchObject({ code: 6 })
      expect(await forge(`apply --auto-approve ${lift}`)).toMatchObject({ code: 0 })
    }
    expect(await forge(`destroy --auto-approve ${lift}`)).toMatchObject({ code: 0 })
    const left = machinesLeft(await forge('show --json'))
    expect(left).toHaveLength(kept)
    for (const pid of left) process.kill(pid, 'SIGKILL')
    await gone(scene)
  },
)

const gone = async (scene: Scene): Promise<void> => {
  for (let tries = 0; tries < 100 && (await processesIn(scene.directory)).length > 0; tries++) await sleep(50)
  expect(await processesIn(scene.directory)).toEqual([])
}

const machinesLeft = ({ out }: Ran): readonly number[] => {
  const { objects } = JSON.parse(out) as { readonly objects: readonly { readonly outputs: { readonly pid: number } }[] }
  return objects.map(({ outputs }) => outputs.pid)
}
