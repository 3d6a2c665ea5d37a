// The whole suite: set-up, lint, tests. Arguments go to vitest. FORGE_TEST_SCALE=small (default) or full.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, setup } from './setup.mjs'

const scale = process.env.FORGE_TEST_SCALE ?? 'small'
if (scale !== 'small' && scale !== 'full') {
  console.error(`FORGE_TEST_SCALE is small or full, not ${JSON.stringify(scale)}.`)
  process.exit(1)
}

// Every commit draws cases of its own, and each run of it the same: what fails in one place fails in another.
const seedOfTree = () => {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: root, encoding: 'utf8' })
  return /^[0-9a-f]{7}/.test(stdout ?? '') ? { FORGE_SEED: String(Number.parseInt(stdout.slice(0, 7), 16)) } : {}
}

const env = { ...seedOfTree(), ...process.env, FORGE_TEST_SCALE: scale }
// On Node 20 it costs 65 ms per process, and the suite starts many.
delete env.NODE_EXTRA_CA_CERTS

const bin = (...parts) => join(root, 'node_modules', ...parts)
const run = (args) => spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1

setup()
// Once here, and not by each test process that wants it. Where it cannot be built, the tests that need it say so.
if (process.argv.length === 2)
  spawnSync(process.execPath, [join(root, 'scripts', 'vcsim.mjs'), '--build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
const folder = mkdtempSync(join(tmpdir(), 'forge-test-'))
const results = join(folder, 'results.json')
const lint = run([bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings', 'packages', 'test', 'scripts', 'examples'])
const tests = run([
  bin('vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...process.argv.slice(2),
])

const counts = () => {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(readFileSync(results, 'utf8'))
    // A file that cannot even be loaded has no failed test to count.
    return {
      passed: numPassedTests,
      failed: Math.max(numFailedTests, tests === 0 ? 0 : Math.min(1, numFailedTestSuites)),
      skipped: numPendingTests,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
// The lint counts as one check, so that the last line never says that all is well when it is not.
const { passed, failed: failedTests, skipped } = counts()
const failed = failedTests + (lint === 0 ? 0 : 1)
rmSync(folder, { recursive: true, force: true })
if (lint !== 0) console.log('The lint found problems (see above).')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = lint === 0 && tests === 0 ? 0 : 1
