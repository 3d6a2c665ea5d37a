// Packs the built command into few files, since Node takes longer to find and load five hundred small ones than forge
// takes to plan. Does nothing where nothing was built since.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

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

if (!isFresh()) {
  const build = await rolldown({
    input: { forge: join(packages, 'cli', 'dist', 'main.js') },
    platform: 'node',
    // The addon cannot be packed, and Ink asks for its developer tools only where somebody wants them.
    external: ['better-sqlite3', 'react-devtools-core'],
  })
  rmSync(folder, { recursive: true, force: true })
  await build.write({ dir: folder, format: 'esm', chunkFileNames: '[name]-[hash].js' })
  await build.close()
}
