import { describe, expect, it } from 'vitest'
import type { Desired, Plan } from '@forgeplan/model'
import type { Standing } from './builders.ts'
import { applied, built, desired, planFor, seeing, summary, unit } from './builders.ts'

const version = (digit: string) => digit.repeat(12)
const at = (digit: string) => `image.os@${version(digit)}`

const fleet = (digit: string, keep = 2): Desired =>
  desired([
    unit('image.os', {
      shape: { kind: 'versions', wanted: version(digit), keep },
      inputs: { source: digit, madeOf: `content: ${digit}\n` },
    }),
    unit('group.web', { inputs: { image: digit }, dependsOn: ['image.os'] }),
  ])

const rolled = (digits: string, keep = 2): Standing =>
  digits
    .split('')
    .slice(1)
    .reduce((standing, digit) => applied(planFor(fleet(digit, keep), standing), standing), built(fleet(digits[0] ?? 'a', keep)))

const before = ({ steps }: Plan, first: string, then: string): boolean => {
  const after = new Map<string, readonly string[]>(steps.map((step) => [step.id, step.after]))
  const reaches = (id: string): boolean => (after.get(id) ?? []).some((each) => each === first || reaches(each))
  return reaches(then)
}

describe('an image', () => {
  it('is pushed before machines are made, and is one object for each version', () => {
    const plan = planFor(fleet('a'))
    expect(summary(plan)).toContain(`create ${at('a')} (new)`)
    expect(before(plan, `create:${at('a')}`, 'create:group.web/1')).toBe(true)
  })

  it('leaves nothing to do once it is there', () => {
    expect(summary(planFor(fleet('a'), rolled('a')))).toEqual([])
  })

  it('comes as another version beside the one before it, and machines roll after that', () => {
    const plan = planFor(fleet('b'), rolled('a'))
    expect(summary(plan)).toContain(`create ${at('b')} (new-version)`)
    expect(summary(plan).filter((line) => line.startsWith('delete'))).toEqual([])
    expect(plan.changes.find(({ address }) => address === at('b'))).toMatchObject({
      reason: { before: at('a'), fields: [{ field: 'madeOf', before: 'content: a\n', after: 'content: b\n' }] },
    })
    expect(plan.rolls.map(({ unit: name }) => name)).toEqual(['group.web'])
    expect(before(plan, `create:${at('b')}`, 'delete:group.web/1')).toBe(true)
  })

  it('is not changed by other words for what it is made of', () => {
    const other = fleet('a')
    const [image, ...units] = other.units.toReversed()
    const reworded = desired([
      ...units,
      {
        ...(image ?? unit('image.os')),
        policy: { ...unit('x').policy, ignoreChanges: ['madeOf'] },
        inputs: { source: 'a', madeOf: 'other\n' },
      },
    ])
    expect(summary(planFor(reworded, rolled('a')))).toEqual([])
  })

  it('goes when newer versions are there, after the machines have let it go, and that needs no brake', () => {
    const plan = planFor(fleet('c'), rolled('ab'))
    expect(summary(plan)).toContain(`delete ${at('a')} (superseded)`)
    expect([plan.refusals, plan.risks.filter(({ kind }) => kind === 'destroy')]).toEqual([[], []])
    expect(before(plan, 'create:group.web/3', `delete:${at('a')}`)).toBe(true)
    expect(summary(planFor(fleet('c'), rolled('abc')))).toEqual([])
  })

  it('stays as long as somebody uses it', () => {
    const used = seeing(rolled('ab'), at('a'), (seen) => (seen.kind === 'present' ? { ...seen, outputs: { used: true } } : seen))
    expect(summary(planFor(fleet('c'), used)).filter((line) => line.startsWith('delete'))).toEqual([])
  })

  it('that was wanted before is taken as it stands', () => {
    const plan = planFor(fleet('a'), rolled('ab'))
    expect(summary(plan).filter((line) => line.includes('image.os'))).toEqual([])
    expect(plan.rolls).toHaveLength(1)
  })

  it('keeps as many versions as it is told, the newest ones', () => {
    const plan = planFor(fleet('d', 1), rolled('abc', 3))
    expect(summary(plan).filter((line) => line.startsWith('delete'))).toEqual(
      ['a', 'b', 'c'].map((digit) => `delete ${at(digit)} (superseded)`),
    )
  })

  it('makes room with nothing else than the versions that are one too many', () => {
    const asked = { targets: ['image.os'], prune: { keep: 1 } }
    const pruned = (standing: Standing) => summary(planFor(fleet('d', 3), standing, asked))
    expect(pruned(rolled('abc', 3))).toEqual(['a', 'b', 'c'].map((digit) => `delete ${at(digit)} (superseded)`))
    const used = seeing(rolled('abc', 3), at('b'), (seen) => (seen.kind === 'present' ? { ...seen, outputs: { used: true } } : seen))
    expect(pruned(used)).toEqual(['a', 'c'].map((digit) => `delete ${at(digit)} (superseded)`))
    expect(summary(planFor(fleet('c', 3), rolled('abc', 3), { prune: { keep: null } }))).toEqual([])
  })

  it('that is gone is forgotten after the machines that may name it have gone', () => {
    const gone = seeing(rolled('a'), at('a'), () => ({ kind: 'absent', remains: true }))
    const plan = planFor(fleet('a'), gone, { mode: 'destroy' })
    expect(summary(plan)).toContain(`forget ${at('a')} (vanished)`)
    expect(before(plan, 'delete:group.web/1', `mark:${at('a')}`)).toBe(true)
    expect(summary(planFor(fleet('a'), gone, { mode: 'refresh-only' }))).toEqual([])
  })

  it('that is gone is not pushed again to make room', () => {
    const gone = seeing(rolled('ab'), at('b'), () => ({ kind: 'absent' }))
    expect(summary(planFor(fleet('b'), gone, { prune: { keep: 1 } }))).toEqual([`delete ${at('a')} (superseded)`])
  })

  it('that nothing mentions any more goes after the machines', () => {
    const plan = planFor(desired([]), rolled('ab'), { maxDestroy: 9 })
    expect(summary(plan).filter((line) => line.includes('image'))).toEqual([
      `delete ${at('a')} (not-configured)`,
      `delete ${at('b')} (not-configured)`,
    ])
    expect(before(plan, 'delete:group.web/1', `delete:${at('a')}`)).toBe(true)
  })

  it('that is gone is pushed again; an old one that is gone is forgotten', () => {
    const gone = ['a', 'b'].reduce((standing, digit) => seeing(standing, at(digit), () => ({ kind: 'absent' })), rolled('ab'))
    expect(summary(planFor(fleet('b'), gone, { acceptVanished: 2 }))).toEqual([
      `forget ${at('a')} (vanished)`,
      `create ${at('b')} (vanished)`,
    ])
  })
})
