import { makeVcenter } from '../../support/vcenter.ts'
import type { Scene } from './scene.ts'

/** The simulated vCenter of a scene, with a person who works in it by hand. Documents call it 127.0.0.1:8989. */
export interface Office extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>
  /** `powers off NAME`, `removes NAME`, `moves NAME to FOLDER`, `clones NAME into FOLDER`. @throws Error for anything else. */
  person(deed: string): Promise<void>
  /** The scene in which commands find it. */
  around(scene: Scene): Scene
}

const shownAt = '127.0.0.1:8989'

export const makeOffice = async (): Promise<Office> => {
  const vcenter = await makeVcenter()
  const at = `127.0.0.1:${String(vcenter.port)}`
  return {
    env: { VSPHERE_PASSWORD: 'pass', FORGE_VAR_server: at, FORGE_VAR_thumbprint: vcenter.thumbprint },
    person: async (deed) => {
      const [, verb, name = '', folder = ''] = /^(powers off|removes|moves|clones) (\S+)(?: (?:to|into) (\S+))?$/.exec(deed) ?? []
      if (verb === 'powers off') await vcenter.powerOff(name)
      else if (verb === 'removes') await vcenter.remove(name)
      else if (verb === 'moves') await vcenter.move(name, folder)
      else if (verb === 'clones') await vcenter.clone(name, folder, { numCPUs: 1, memoryMB: 1024n })
      else throw new Error(`A person cannot do this: ${deed}`)
    },
    around: (scene) => ({
      ...scene,
      run: async (script, around) => {
        const { out, ...ran } = await scene.run(script.replaceAll(shownAt, at), around)
        return { ...ran, out: out.replaceAll(at, shownAt) }
      },
    }),
    [Symbol.asyncDispose]: () => vcenter[Symbol.asyncDispose](),
  }
}
