import { defineConfig } from 'vitest/config'

// Tests import the packages' sources (condition `forge-source`), so that nothing stale from dist is tested; only
// test/e2e runs the built command.
export default defineConfig({
  // As the compiler does it: React is loaded for users, also in tests.
  oxc: { jsx: { development: false } },
  resolve: { conditions: ['forge-source'] },
  ssr: { resolve: { conditions: ['forge-source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    // At full scale a test has more cases, and a machine that is busy with others.
    testTimeout: process.env['FORGE_TEST_SCALE'] === 'full' ? 900_000 : 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
