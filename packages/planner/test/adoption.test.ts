import { remoteId, uid } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import type { PlanOptions, Stranger } from '../src/index.ts'
import { built, desired, nothing, planFor, tryPlan, unit } from './builders.ts'

const stranger = (name: string, more: Partial<Stranger> = {}): Stranger => ({
  id: remoteId(`id-${name}`),
  uid: uid(`uid-${name}`),
  name,
  seen: 'present',
  ...more,
})

const web = unit('group.web').name

const adopting = (...objects: readonly Stranger[]): Partial<PlanOptions> => ({ adoption: { group: web, objects } })

const sized = (size: number) => desired([unit('group.web', { shape: { kind: 'sized', size } }), unit('instance.nfs')])
const named = (...ids: readonly string[]) => desired([unit('group.web', { shape: { kind: 'ids', ids } })])

const problems = (...args: Parameters<typeof tryPlan>): readonly string[] => {
  const result = tryPlan(...args)
  return result.ok ? [] : result.problems.map(({ code, detail }) => `${code} ${detail}`)
}

describe('a group that takes standing objects over', () => {
  it('gives them its lowest free numbers in natural order of their names, and does nothing else', () => {
    const made = planFor(sized(5), nothing, adopting(stranger('ik-10'), stranger('ik-2'), stranger('ik-1')))
    expect(made.changes.map((change) => [change.action, change.address, 'id' in change ? change.id : null])).toEqual([
      ['import', 'group.web/1', 'id-ik-1'],
      ['import', 'group.web/2', 'id-ik-2'],
      ['import', 'group.web/3', 'id-ik-10'],
    ])
    expect(made.changes[0]).toMatchObject({ name: 'ik-1', reason: { kind: 'requested' } })
    expect(made.steps.map(({ id }) => id)).toEqual(['mark:group.web/1', 'mark:group.web/2', 'mark:group.web/3'])
    expect(made.warnings).toEqual([])
  })

  it('has them beside its members, whose numbers are taken', () => {
    const made = planFor(sized(4), built(sized(2)), adopting(stranger('a'), stranger('b')))
    expect(made.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'keep group.web/1',
      'keep group.web/2',
      'import group.web/3',
      'import group.web/4',
      'keep instance.nfs',
    ])
  })

  it('has room for more than its size, and says what the next plan would do', () => {
    const made = planFor(sized(1), nothing, adopting(stranger('a'), stranger('b'), stranger('c')))
    expect(made.changes.map(({ address }) => address)).toEqual(['group.web/1', 'group.web/2', 'group.web/3'])
    expect(made.warnings).toMatchObject([
      { code: 'FORGE3021', detail: expect.stringContaining('the next plan would remove 2 of them. Set the size to 3 to keep all.') },
    ])
  })

  it('takes each over at the id that is its name', () => {
    const made = planFor(named('x', 'y', 'z'), nothing, adopting(stranger('z'), stranger('x')))
    expect(made.changes.map((change) => [change.address, 'id' in change ? change.id : null])).toEqual([
      ['group.web/x', 'id-x'],
      ['group.web/z', 'id-z'],
    ])
  })

  it('names all that have the name of no id, and two of one name', () => {
    expect(problems(named('x'), nothing, adopting(stranger('x'), stranger('../y'), stranger('w')))).toEqual([
      expect.stringContaining('the name of no id: ../y (id-../y), w (id-w). Add them to the ids'),
    ])
    expect(problems(named('x'), nothing, adopting(stranger('x'), stranger('x', { uid: uid('other') })))).toEqual([
      expect.stringContaining('can each be imported only once'),
    ])
  })

  it('takes nothing over that is somebody else’s, and names each', () => {
    const refused = problems(
      sized(4),
      nothing,
      adopting(stranger('a', { seen: 'foreign' }), stranger('b'), stranger('c', { seen: 'copy' }), stranger('d', { seen: 'detached' })),
    )
    expect(refused).toEqual([
      expect.stringMatching(/The object a \(id-a\) is not imported at group\.web\/1: another stack/),
      expect.stringMatching(/The object c \(id-c\) is not imported at group\.web\/3: .* a copy/),
      expect.stringMatching(/The object d \(id-d\) is not imported at group\.web\/4: .* not in the place/),
    ])
  })

  it('says in the plan that what cannot be read back is taken as configured', () => {
    const made = planFor(sized(1), nothing, { ...adopting(stranger('a')), asConfigured: true })
    expect(made.changes).toMatchObject([{ action: 'import', asConfigured: true }])
    expect(made.id).not.toBe(planFor(sized(1), nothing, adopting(stranger('a'))).id)
  })
})
