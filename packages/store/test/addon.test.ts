import { execFileSync } from 'node:child_process'
import { cp, mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { build } from './child.ts'
import { tempDirectory } from './fixture.ts'

const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** A copy of the built package beside a better-sqlite3 whose compiled part is `addon`, or missing. */
const installWith = async (directory: string, addon: string | null): Promise<string> => {
  const modules = join(directory, 'node_modules')
  const sqlite = await realpath(join(packageRoot, 'node_modules/better-sqlite3'))
  await mkdir(join(modules, 'better-sqlite3/build/Release'), { recursive: true })
  await cp(join(sqlite, 'lib'), join(modules, 'better-sqlite3/lib'), { recursive: true })
  await cp(join(sqlite, 'package.json'), join(modules, 'better-sqlite3/package.json'))
  const bindings = createRequire(join(sqlite, 'package.json')).resolve('bindings')
  await symlink(dirname(bindings), join(modules, 'bindings'))
  await symlink(join(packageRoot, 'node_modules/@forgeplan'), join(modules, '@forgeplan'))
  if (addon !== null) await writeFile(join(modules, 'better-sqlite3/build/Release/better_sqlite3.node'), addon)
  await cp(join(packageRoot, 'dist'), join(directory, 'dist'), { recursive: true })
  await writeFile(join(directory, 'package.json'), '{"type":"module"}')
  return pathToFileURL(join(directory, 'dist/index.js')).href
}

const run = (script: string): unknown =>
  JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }))

const errorOfOpening = (index: string): unknown =>
  run(`const { openStore } = await import(${JSON.stringify(index)})
    await openStore({ path: 'nowhere/state.db', mode: 'read', stack: 'lab' }).catch(({ name, kind, detail }) => console.log(JSON.stringify({ name, kind, detail })))`)

beforeAll(build)

describe('the SQLite addon', () => {
  it('is asked for in words where it was never compiled', async () => {
    await using directory = await tempDirectory()
    const error = errorOfOpening(await installWith(directory.path, null))
    expect(error).toMatchObject({
      name: 'StoreError',
      kind: 'addon',
      detail: expect.stringMatching(/C\+\+ compiler, make and python3.*rebuild better-sqlite3/),
    })
  })

  it('is asked for in words where another Node.js compiled it', async () => {
    await using directory = await tempDirectory()
    const error = errorOfOpening(await installWith(directory.path, 'not an addon'))
    expect(error).toMatchObject({ kind: 'addon', detail: expect.stringMatching(/another Node\.js.*rebuild better-sqlite3/) })
  })

  it('is not loaded before a state is opened', () => {
    const index = pathToFileURL(join(packageRoot, 'dist/index.js')).href
    const loaded = run(`await import(${JSON.stringify(index)})
      const { createRequire } = await import('node:module')
      console.log(JSON.stringify(Object.keys(createRequire(${JSON.stringify(index)}).cache ?? {}).filter((file) => file.includes('better-sqlite3'))))`)
    expect(loaded).toEqual([])
  })
})
