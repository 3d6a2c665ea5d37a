// Packs the built command into few files, since Node takes longer to find and load five hundred small ones than forge
// takes to plan. Does nothing where nothing was built since.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages')
const folder = join(packages, 'cli', 'bundle')

const builtFiles = () =>
  readdirSync(packages)
    .map((name) => join(packages, name, 'dist'))
    .filter((dist) => existsSync(dist))
    .flatMap((dist) => readdirSync(dist, { recursive: true }).map((name) => join(dist, name)))

const isFresh = () => {
  const entry = join(folder, 'forge.js')
  if (!existsSync(entry)) return false
  const { mtimeMs } = statSync(entry)
  return [fileURLToPath(import.meta.url), ...builtFiles()].every((file) => statSync(file).mtimeMs < mtimeMs)
}

// It asks the environment at every token whether to log it, which is a tenth of the time that reading takes.
const quietYaml = {
  name: 'quiet-yaml',
  transform: (code, id) => (id.endsWith('/yaml/dist/parse/parser.js') ? code.replace('node_process.env.LOG_TOKENS', 'false') : null),
}

const pack = async (dir) => {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: { forge: join(packages, 'cli', 'dist', 'main.js') },
    platform: 'node',
    // The addon cannot be packed, and Ink asks for its developer tools only where somebody wants them.
    external: ['better-sqlite3', 'react-devtools-core'],
    plugins: [quietYaml],
    // As packages/tui/src/load.ts has it loaded: what React keeps for developers would be half of the bundle.
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  })
  const { output } = await build.write({ dir, format: 'esm', chunkFileNames: nameOf })
  await build.close()
  writeFileSync(join(dir, 'LICENSES.txt'), licences(output.flatMap(({ moduleIds }) => moduleIds ?? [])))
}

// What a stack trace shows: the `dist/index.js` of a package goes by the package's name.
const nameOf = ({ name, facadeModuleId, moduleIds }) => {
  const path = (facadeModuleId ?? moduleIds.at(-1) ?? '').split(/[\\/]/)
  return name === 'dist' ? `${path[path.lastIndexOf('dist') - 1] ?? name}.js` : '[name].js'
}

// Whoever hands the bundle on hands on what others wrote.
const licences = (modules) => {
  const folders = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id.replaceAll('\\', '/'))?.[0])
  return [...new Set(folders)]
    .filter((path) => path !== undefined)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map(licenceOf)
    .join('\n')
}

const licenceOf = (path) => {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file === undefined ? '' : `\n${readFileSync(join(path, file), 'utf8').trim()}\n`
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${text}`
}

if (!isFresh()) {
  // Put in place when it is whole: another process may start the command or pack it meanwhile.
  const own = `${folder}.${process.pid}`
  try {
    await pack(own)
    rmSync(folder, { recursive: true, force: true })
    renameSync(own, folder)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
