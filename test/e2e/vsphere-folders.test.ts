import { describe, expect, test } from 'vitest'
import { hasVcsim } from '../require.ts'
import { makeSite } from './support/place.ts'
import { makeStage, vcenterHead } from './support/stage.ts'

const newPlace = await makeSite()

const config = `${vcenterHead('site', ', name: { default: berlin }')}instances:
  site: { instance: { provider: vcenter, type: folder, name: '\${var.name}' } }
  floor: { instance: { provider: vcenter, type: folder, name: first, parent: '\${instances.site.path}' } }
groups:
  web: { size: 2, instance: { provider: vcenter, template: DC0_H0_VM0, folder: '\${instances.floor.path}' } }
`

describe.skipIf(!hasVcsim())('a folder that other blocks name by its path', () => {
  test('is renamed with all that is in it by one apply, which restarts nothing, and the next plan is empty', async () => {
    await using stage = await makeStage(newPlace, config)
    const { vcenter, plan, apply } = stage
    await apply()
    const before = (await vcenter.machines()).map(({ ref, folder, isOn }) => ({ ref, folder, isOn }))
    const renamed = ['--var', 'name=hamburg']
    const shown = await plan(...renamed)
    expect(shown.out).toContain('folder: "berlin/first" -> (known after apply)')
    expect(shown.out).toContain('Plan: 0 to add, 4 to change, 0 to destroy.')
    await apply(...renamed)
    expect((await vcenter.machines()).map(({ ref, folder, isOn }) => ({ ref, folder, isOn }))).toEqual(before)
    expect(await vcenter.folders()).toEqual(['datastore', 'first', 'hamburg', 'host', 'network', 'vm'])
    expect(await plan(...renamed)).toMatchObject({ code: 0, err: '' })
  })
})
