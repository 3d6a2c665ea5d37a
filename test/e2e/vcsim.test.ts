import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { hasVcsim } from '../require.ts'
import { isAlive, root } from './support/command.ts'

test.skipIf(!hasVcsim())('the simulator that npm run vcsim starts ends with it', { timeout: 60_000 }, async () => {
  const argv = [join(root, 'scripts', 'vcsim.mjs'), '-l', '127.0.0.1:0']
  const started = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(started, 'exit')
  let simulator = 0
  for await (const line of createInterface(started.stdout)) {
    simulator = Number(/GOVC_SIM_PID=(\d+)/.exec(line)?.[1] ?? 0)
    if (simulator > 0) break
  }
  expect(isAlive(simulator)).toBe(true)
  started.kill('SIGTERM')
  await ended
  expect(isAlive(simulator)).toBe(false)
})
