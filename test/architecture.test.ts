import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const packages = join(root, 'packages')

// The floors of docs/architecture.md. A package may import packages of lower floors, and only those named here.
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  config: ['model'],
  planner: ['model'],
  report: ['model'],
  linuxkit: ['model', 'config'],
  sdk: ['model'],
  store: ['model', 'planner'],
  engine: ['model', 'planner', 'sdk'],
  flavors: ['model', 'sdk'],
  'image-linuxkit': ['model', 'linuxkit', 'sdk'],
  'provider-hyperkit': ['model', 'sdk'],
  'vsphere-soap': [],
  'provider-vsphere': ['model', 'sdk', 'vsphere-soap'],
  tui: ['model', 'report'],
  cli: [
    'model',
    'config',
    'planner',
    'report',
    'sdk',
    'store',
    'engine',
    'flavors',
    'image-linuxkit',
    'provider-hyperkit',
    'provider-vsphere',
    'tui',
  ],
  testkit: ['model', 'config', 'planner', 'report', 'sdk', 'store', 'engine', 'flavors'],
}
const pure = ['model', 'config', 'planner', 'report', 'linuxkit']
const names = Object.keys(allowed)

interface Import {
  readonly from: string
  readonly what: string
  /** Whether it is resolved when the module is loaded, and not by `import()`. */
  readonly eager: boolean
}

const sources = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') || name.endsWith('.tsx'))
    .map((name) => join(folder, name))

const sourcesOf = (name: string): readonly string[] => sources(join(packages, name, 'src'))

const importsOf = (file: string): readonly Import[] => {
  const text = readFileSync(file, 'utf8')
  const eager = [...text.matchAll(/^(?:import|export)\b[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)]
  const late = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)]
  return [
    ...eager.map((match) => ({ from: file, what: match[1] ?? match[2] ?? '', eager: true })),
    ...late.map((match) => ({ from: file, what: match[1] ?? '', eager: false })),
  ]
}

const allImports = names.flatMap((name) => sourcesOf(name).flatMap((file) => importsOf(file).map((each) => ({ ...each, package: name }))))
const place = (file: string): string => relative(root, file)

describe('floors', () => {
  it('every package stands on the list', () => {
    expect(
      readdirSync(packages)
        .filter((name) => existsSync(join(packages, name, 'package.json')))
        .toSorted(),
    ).toEqual(names.toSorted())
  })

  it.each(names)('%s imports only what is below it', (name) => {
    const used = new Set(
      allImports.filter((each) => each.package === name && each.what.startsWith('@forgeplan/')).map((each) => each.what.split('/')[1]),
    )
    const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as { dependencies?: Record<string, string> }
    const declared = Object.keys(manifest.dependencies ?? {})
      .filter((each) => each.startsWith('@forgeplan/'))
      .map((each) => each.slice('@forgeplan/'.length))
    expect([...used].filter((each) => !allowed[name]?.includes(each ?? ''))).toEqual([])
    expect(declared.filter((each) => !allowed[name]?.includes(each))).toEqual([])
  })

  it('a relative import stays inside its package', () => {
    const outside = allImports.filter(
      (each) => each.what.startsWith('.') && !resolve(dirname(each.from), each.what).startsWith(join(packages, each.package, 'src')),
    )
    expect(outside.map((each) => `${place(each.from)} -> ${each.what}`)).toEqual([])
  })

  it.each([
    ['yaml', 'config'],
    ['better-sqlite3', 'store'],
    ['commander', 'cli'],
    ['fast-check', 'testkit'],
    ['react', 'tui'],
    ['ink', 'tui'],
    ['saxes', 'vsphere-soap'],
  ])('%s is imported by %s alone', (library, owner) => {
    const users = new Set(
      allImports.filter((each) => each.what === library || each.what.startsWith(`${library}/`)).map((each) => each.package),
    )
    expect([...users].filter((each) => each !== owner)).toEqual([])
  })
})

describe('the live picture', () => {
  it('is the only place with JSX', () => {
    const files = names.flatMap((name) =>
      sourcesOf(name)
        .filter((file) => file.endsWith('.tsx'))
        .map(() => name),
    )
    expect([...new Set(files)]).toEqual(['tui'])
  })

  it('is loaded when it is shown, and not before', () => {
    expect(
      allImports
        .filter((each) => each.what === '@forgeplan/tui' && each.eager && !isTypeOnly(each.from, each.what))
        .map((each) => place(each.from)),
    ).toEqual([])
  })
})

describe('cycles', () => {
  it.each(names)('no two files of %s need each other to be loaded', (name) => {
    const edges = new Map(
      sourcesOf(name).map((file) => [
        file,
        importsOf(file)
          .filter((each) => each.eager && each.what.startsWith('.') && !isTypeOnly(file, each.what))
          .map((each) => resolve(dirname(file), each.what)),
      ]),
    )
    expect(cycleIn(edges)?.map(place) ?? null).toBeNull()
  })
})

const isTypeOnly = (file: string, what: string): boolean => {
  const text = readFileSync(file, 'utf8')
  const uses = [...text.matchAll(/^(import|export)\b([^'"]*?)from\s+'([^']+)'/gm)].filter((match) => match[3] === what)
  return uses.length > 0 && uses.every((match) => match[2]?.trimStart().startsWith('type'))
}

const cycleIn = (edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null => {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return null
    for (const next of edges.get(file) ?? []) {
      const found = visit(next, [...path, file])
      if (found !== null) return found
    }
    done.add(file)
    return null
  }
  for (const file of edges.keys()) {
    const found = visit(file, [])
    if (found !== null) return found
  }
  return null
}

describe('purity', () => {
  it.each(pure)('%s is compiled without Node and without a DOM', (name) => {
    const own = JSON.parse(readFileSync(join(packages, name, 'tsconfig.json'), 'utf8')) as {
      extends: string
      compilerOptions: Record<string, unknown>
    }
    const base = JSON.parse(readFileSync(join(root, 'tsconfig.pure.json'), 'utf8')) as { compilerOptions: Record<string, unknown> }
    expect(own.extends).toBe('../../tsconfig.pure.json')
    expect(own.compilerOptions).not.toHaveProperty('types')
    expect(own.compilerOptions).not.toHaveProperty('lib')
    expect(base.compilerOptions).toMatchObject({ types: [], lib: ['ES2023'] })
  })

  it.each(pure)('%s asks neither the clock nor chance nor a locale', (name) => {
    const banned = /\bDate\b(?!')|\bMath\.random\b|\bIntl\b|\.toLocale\w+|\blocaleCompare\b|\bprocess\.|\bperformance\./
    const hits = sourcesOf(name).flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line, index) => ({ line: line.replace(/\/\/.*$|^\s*\*.*$|\/\*.*\*\//, ''), at: `${place(file)}:${index + 1}` }))
        .filter(({ line }) => banned.test(line.replaceAll(/'[^']*'|`[^`]*`/g, "''")))
        .map(({ at }) => at),
    )
    expect(hits).toEqual([])
  })

  it('a Node API in a pure package is a compile error', () => {
    const folder = mkdtempSync(join(packages, 'planner', 'src', 'purity-'))
    try {
      writeFileSync(
        join(folder, 'probe.ts'),
        "import { readFileSync } from 'node:fs'\nexport const probe: string = readFileSync('x', 'utf8')\n",
      )
      const config = join(folder, 'tsconfig.json')
      writeFileSync(
        config,
        JSON.stringify({
          extends: '../../../../tsconfig.pure.json',
          compilerOptions: { noEmit: true, composite: false },
          files: ['probe.ts'],
        }),
      )
      const result = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config], {
        encoding: 'utf8',
      })
      expect(result.status).not.toBe(0)
      expect(result.stdout).toContain('node:fs')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('house', () => {
  it('no file that people write is longer than 300 lines', () => {
    const written = names.flatMap(sourcesOf).filter((file) => !readFileSync(file, 'utf8').startsWith('// Generated by '))
    const long = written.filter((file) => readFileSync(file, 'utf8').split('\n').length > 301)
    expect(long.map(place)).toEqual([])
  })

  it('nothing is called utils, exports everything or by default, or escapes its types', () => {
    const files = names.flatMap(sourcesOf)
    expect(files.filter((file) => /\/(utils?|helpers?|misc)\.ts$/.test(file)).map(place)).toEqual([])
    const loose = /^export \*|^export default|\bas any\b|: any\b|@ts-ignore|@ts-expect-error|\bTODO\b|\bFIXME\b/m
    const code = (file: string): string => readFileSync(file, 'utf8').replaceAll(/'[^'\n]*'|\/\/.*$|\/\*[^]*?\*\//gm, "''")
    expect(files.filter((file) => loose.test(code(file))).map(place)).toEqual([])
  })
})

describe('start-up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-start-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  // A loader hook of its own thread writes down every module that is asked for.
  const modulesOf = (...args: readonly string[]): readonly string[] => {
    const log = join(folder, 'modules.txt')
    writeFileSync(log, '')
    const hook = join(folder, 'hook.mjs')
    writeFileSync(
      hook,
      `import { appendFileSync } from 'node:fs'\nexport const load = async (url, context, next) => {\n  appendFileSync(${JSON.stringify(log)}, url + '\\n')\n  return next(url, context)\n}\n`,
    )
    const register = join(folder, 'register.mjs')
    writeFileSync(register, `import { register } from 'node:module'\nregister(${JSON.stringify(pathToFileURL(hook).href)})\n`)
    const result = spawnSync(
      process.execPath,
      ['--import', pathToFileURL(register).href, join(packages, 'cli', 'bin', 'forge.js'), ...args],
      { encoding: 'utf8' },
    )
    expect(result.status, result.stderr).toBe(0)
    return readFileSync(log, 'utf8').split('\n').filter(Boolean)
  }

  // A file of the bundle names the modules that it holds.
  const contentsOf = (...args: readonly string[]): readonly string[] =>
    modulesOf(...args).flatMap((url) => {
      if (!url.includes('/cli/bundle/')) return [url]
      return [...readFileSync(fileURLToPath(url), 'utf8').matchAll(/^\/\/ ((?:packages|node_modules)\/\S+)$/gm)].map(
        ([, path = '']) => path,
      )
    })

  it('--help loads neither React nor SQLite nor YAML nor a provider', () => {
    const loaded = contentsOf('--help')
    expect(loaded.filter((path) => /\/commander\//.test(path)).length).toBeGreaterThan(1)
    expect(loaded.filter((path) => /\/(react|ink|better-sqlite3|yaml|provider-[a-z]+|engine|store)\//.test(path))).toEqual([])
  })

  it('plan and an apply without a terminal load neither React nor Ink', () => {
    const place = mkdtempSync(join(folder, 'place-'))
    writeFileSync(join(place, 'forge.yaml'), 'stack: empty\nproviders: { local: { plugin: hyperkit } }\n')
    for (const argv of [['plan'], ['apply', '--auto-approve']]) {
      expect(contentsOf('-C', place, ...argv).filter((path) => /\/(react|react-reconciler|ink|tui)\//.test(path))).toEqual([])
    }
  })

  it('--version loads a handful of modules', () => {
    expect(contentsOf('--version').filter((path) => !path.startsWith('node:')).length).toBeLessThanOrEqual(5)
  })
})
