import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, planId } from '@forgeplan/model'
import { openStore } from '@forgeplan/store'
import { expect, test } from 'vitest'
import { parseDesired, withSecretsNow } from '../src/planfile/stored-config.ts'
import { makePlace, twoNotes } from './support/forge.ts'
import type { Place } from './support/forge.ts'

const changed = twoNotes.replace('default: hello', 'default: bye').replace('size: 2', 'size: 3')

/** A place where revision 1 has made two notes and revision 2 has changed them and added a third. */
const twice = async (): Promise<Place> => {
  const place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', changed)
  await place.forge(['apply', '--auto-approve'])
  return place
}

const textOf = async (place: Place, address: string): Promise<string> => {
  const { outputs } = JSON.parse((await place.forge(['state', 'show', address, '--json'])).out) as {
    readonly outputs: { readonly path: string }
  }
  return (JSON.parse(await readFile(outputs.path, 'utf8')) as { readonly text: string }).text
}

test('a plan towards revision 1 leads back, without the configuration', async () => {
  await using place = await twice()
  await place.write('forge.yaml', 'not: [valid')
  const planned = await place.forge(['plan', '--revision', '1', '--out', 'back.forgeplan', '--max-destroy', '1'])
  expect(planned).toMatchObject({ exit: 0, err: expect.stringContaining('Saved to back.forgeplan') })
  expect(planned.out).toContain('back to revision 1')
  expect((await place.forge(['show', 'back.forgeplan'])).out).toContain('back to revision 1')
  expect(await place.forge(['apply', 'back.forgeplan'])).toMatchObject({ exit: 0, out: expect.stringContaining('2 changed, 1 destroyed') })
  expect(await textOf(place, 'group.note/1')).toBe('hello 1')
  expect((await place.forge(['state', 'list'])).out.trim().split('\n')).toHaveLength(2)
  await place.write('forge.yaml', twoNotes)
  expect((await place.forge(['plan', '--detailed-exitcode'])).exit).toBe(0)
})

test('markdown and JSON say that it leads back, and how to plan it again', async () => {
  await using place = await twice()
  const markdown = (await place.forge(['plan', '--revision', '1', '--markdown'])).out
  expect(markdown).toContain('**back to revision 1**')
  expect(markdown).toContain('forge plan --revision 1 --out forge.plan')
  const json = JSON.parse((await place.forge(['plan', '--revision', '1', '--json'])).out.trim().split('\n').at(-1) ?? '') as {
    readonly plan: { readonly revision: number; readonly id: string }
  }
  expect(json.plan.revision).toBe(1)
})

test('a plan towards another revision is another plan', async () => {
  await using place = await twice()
  await place.forge(['plan', '--out', 'on.forgeplan'])
  await place.forge(['plan', '--revision', '2', '--out', 'same.forgeplan'])
  const idOf = async (file: string) => (JSON.parse(await readFile(join(place.directory, file), 'utf8')) as { plan: { id: string } }).plan.id
  expect(await idOf('on.forgeplan')).not.toBe(await idOf('same.forgeplan'))
  expect((await place.forge(['apply', 'same.forgeplan'])).exit).toBe(0)
})

test.each([
  [['--revision', '7'], 'There is no revision 7. There are revisions 1 to 2; forge state history'],
  [['--revision', '0'], 'whole number of at least 1'],
  [['--revision', '1', '--destroy'], 'Give --revision or --destroy'],
  [['--revision', '1', '--refresh-only'], 'Give --revision or --refresh-only'],
])('plan %j is refused', async (words, says) => {
  await using place = await twice()
  const { exit, err } = await place.forge(['plan', ...words])
  expect(exit).toBe(1)
  expect(err).toContain(says)
})

test('where there is no state there is no revision', async () => {
  await using place = await makePlace()
  expect(await place.forge(['plan', '--revision', '1'])).toMatchObject({ exit: 1, err: expect.stringContaining('FORGE4001') })
})

/** Runs that did nothing, with that text as their configuration. */
const addRuns = async ({ directory }: Place, configs: readonly string[]): Promise<void> => {
  await using store = await openStore({ path: join(directory, '.forge', 'state.db'), mode: 'write', stack: null })
  await using lease = await store.acquire({ command: 'test', timeoutMs: 0, signal: new AbortController().signal })
  const plan = planId('0'.repeat(64))
  for (const config of configs)
    await lease.append([
      { kind: 'run-began', plan, at: 1, command: 'forge apply', config },
      { kind: 'run-ended', plan, at: 2, result: 'done' },
    ])
  await lease.snapshot(store.load())
}

test('a revision that was pruned is told from one that never was', async () => {
  await using place = await twice()
  await addRuns(
    place,
    Array.from({ length: 60 }, () => '{}'),
  )
  const { exit, err } = await place.forge(['plan', '--revision', '1'])
  expect(exit).toBe(1)
  expect(err).toContain('Revision 1 is too old: the journal keeps the last 50 runs.')
  expect(err).toMatch(/There are revisions \d\d to 62/)
})

const stored = async (place: Place): Promise<string> => {
  await using store = await openStore({ path: join(place.directory, '.forge', 'state.db'), mode: 'read', stack: null })
  return store.revisions()[0]?.config ?? ''
}

test('what a run has stored is hostile until it is a configuration of this version', async () => {
  await using place = await twice()
  const good = await stored(place)
  const desired = parseDesired(good)
  expect(desired?.stack).toBe('notes')
  const data = JSON.parse(good) as { readonly units: readonly Record<string, unknown>[]; readonly providers: readonly unknown[] }
  const unit = data.units[0] ?? {}
  const bad: readonly unknown[] = [
    { ...data, extra: 1 },
    { ...data, stack: '../../etc' },
    { ...data, providers: [] },
    { ...data, units: [unit, unit] },
    { ...data, units: [{ ...unit, dependsOn: ['group.gone'] }] },
    {
      ...data,
      units: [
        { ...unit, dependsOn: ['group.other'] },
        { ...unit, name: 'group.other', dependsOn: ['group.note'] },
      ],
    },
    { ...data, units: [{ ...unit, shape: { kind: 'single' } }] },
    { ...data, units: [{ ...unit, shape: { kind: 'ids', ids: ['a', 'a'] } }] },
    { ...data, units: [{ ...unit, update: { ...(unit['update'] as object), order: 'create-first' } }] },
    { ...data, units: [{ ...unit, update: { ...(unit['update'] as object), batch: 2 } }] },
    { ...data, moved: [{ from: '../x', to: 'group.note' }] },
    { ...data, units: [{ ...unit, update: undefined }] },
    { ...data, units: [{ ...unit, inputs: { text: { $late: { kind: 'shell', run: 'rm' } } } }] },
    { ...data, units: [{ ...unit, inputs: { $secret: 1 } }] },
    { ...data, requires: [{ source: '/etc/passwd', digest: null }] },
    null,
    [],
  ]
  for (const one of bad) expect(parseDesired(JSON.stringify(one))).toBeUndefined()
  expect(parseDesired(good.replace('"moved"', '"__proto__":{},"moved"'))).toBeUndefined()
  expect(parseDesired('{')).toBeUndefined()
  await addRuns(place, [canonicalJson({ ...data, extra: 1 })])
  const { exit, err } = await place.forge(['plan', '--revision', '3'])
  expect(exit).toBe(1)
  expect(err).toContain('Revision 3: Another version of forge made it')
})

const secretive = twoNotes.replace('text: "${var.word} ${member.ordinal}"', 'text: hi, password: "env:PASSWORD"')

test('secrets are asked for again: a missing one is named, and one that changed is used as it is', async () => {
  await using place = await makePlace(secretive)
  await place.forge(['apply', '--auto-approve'], { env: { PASSWORD: 'canary-one' } })
  await place.write('forge.yaml', secretive.replace('text: hi', 'text: ho'))
  await place.forge(['apply', '--auto-approve'], { env: { PASSWORD: 'canary-one' } })
  expect(await place.forge(['plan', '--revision', '1'])).toMatchObject({ exit: 1, err: expect.stringContaining('FORGE6019') })
  const same = await place.forge(['plan', '--revision', '1'], { env: { PASSWORD: 'canary-one' } })
  expect(same).toMatchObject({ exit: 0, err: '' })
  const env = { PASSWORD: 'canary-two' }
  const other = await place.forge(['plan', '--revision', '1', '--out', 'back.forgeplan'], { env })
  expect(other.err).toContain('env:PASSWORD holds something else than at revision 1')
  expect((await place.forge(['apply', 'back.forgeplan'], { env })).exit).toBe(0)
  expect((await place.forge(['plan', '--revision', '1', '--detailed-exitcode'], { env })).exit).toBe(0)
  expect(await readFile(join(place.directory, 'back.forgeplan'), 'utf8')).not.toContain('canary-')
})

test('only a late secret gets another digest, not what looks like one', () => {
  const leaf = { kind: 'secret', source: 'env:A', digest: 'old' }
  const desired = { requires: [{ source: 'env:A', digest: 'old' }], units: [{ inputs: { late: { $late: leaf }, plain: leaf } }] } as never
  expect(withSecretsNow(desired, new Map([['env:A', 'new']]))).toEqual({
    requires: [{ source: 'env:A', digest: 'new' }],
    units: [{ inputs: { late: { $late: { ...leaf, digest: 'new' } }, plain: leaf } }],
  })
})
