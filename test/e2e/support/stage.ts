import { expect } from 'vitest'
import type { Vcenter } from '../../support/vcenter.ts'
import { makeVcenter } from '../../support/vcenter.ts'
import type { Ran } from './command.ts'
import type { Place } from './place.ts'

/** A configuration beside a simulated vCenter of its own. At the end the machines of the vCenter are those of the beginning. */
export interface Stage extends AsyncDisposable {
  readonly vcenter: Vcenter
  readonly place: Place
  /** Ends with 2 where there are changes. */
  plan(...options: readonly string[]): Promise<Ran>
  apply(...options: readonly string[]): Promise<string>
  destroy(): Promise<string>
  forge(...argv: readonly string[]): Promise<Ran>
  /** `folder/name` of the machines that were not there in the beginning. */
  made(): Promise<readonly string[]>
}

/** The first lines of a configuration of that stack, with the provider `vcenter`; `rest` are further variables, each after a comma. */
export const vcenterHead = (stack: string, rest = ''): string => `stack: ${stack}
variables: { server: {}, thumbprint: {}${rest} }
providers:
  vcenter:
    plugin: vsphere
    url: '\${var.server}'
    username: user
    password: env:VSPHERE_PASSWORD
    thumbprint: '\${var.thumbprint}'
    cluster: DC0_C0
    datastore: LocalDS_0
`

/** `newPlace` makes a folder for a configuration. The images that the examples boot from are there. */
export const makeStage = async (newPlace: (config: string) => Promise<Place>, config: string): Promise<Stage> => {
  const vcenter = await makeVcenter()
  await vcenter.upload('iso/database.iso')
  const place = await newPlace(config)
  const env = { VSPHERE_PASSWORD: 'pass', FORGE_VAR_server: `127.0.0.1:${vcenter.port}`, FORGE_VAR_thumbprint: vcenter.thumbprint }
  const names = async (): Promise<readonly string[]> => (await vcenter.machines()).map(({ folder, name }) => `${folder}/${name}`)
  const before = await names()
  const destroy = (): Promise<string> => place.done(['destroy', '--auto-approve'], env)
  const end = async (): Promise<void> => {
    try {
      await destroy()
      expect(await names()).toEqual(before)
    } finally {
      await vcenter[Symbol.asyncDispose]()
    }
  }
  return {
    vcenter,
    place,
    destroy,
    plan: (...options) => place.forge(['plan', '--detailed-exitcode', ...options], env),
    // One at a time: the simulator now and then panics over a neighbour in the folder that has no name yet.
    apply: (...options) => place.done(['apply', '--auto-approve', '--parallelism', '1', ...options], env),
    forge: (...argv) => place.forge(argv, env),
    made: async () => (await names()).filter((name) => !before.includes(name)),
    [Symbol.asyncDispose]: end,
  }
}
