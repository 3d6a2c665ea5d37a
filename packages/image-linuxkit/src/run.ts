import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Call } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'

// The same parts are the same bytes at any time.
const reproducible = { SOURCE_DATE_EPOCH: '0' }

/** Runs a program to its end. @throws ProviderError `invalid` when it is not there or fails, with the end of what it said. */
export const run = async (program: string, args: readonly string[], call: Call): Promise<void> => {
  try {
    await promisify(execFile)(program, args, { signal: call.signal, maxBuffer: 4 * 2 ** 20, env: { ...process.env, ...reproducible } })
  } catch (error) {
    call.signal.throwIfAborted()
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string }
    if (code === 'ENOENT') throw new ProviderError('invalid', `${program} is not on the PATH. Install it (Debian: apt install ${program}).`)
    throw new ProviderError('invalid', `${program} failed: ${stderr.trim().split('\n').slice(-3).join(' ').slice(0, 500)}`, {
      cause: error,
    })
  }
}
