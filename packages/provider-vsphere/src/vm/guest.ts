import { randomUUID } from 'node:crypto'
import type { Call, Guest } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { GuestLogin } from '@forgeplan/vsphere-soap'
import { bytesSource } from '@forgeplan/vsphere-soap'
import { inWords } from '../errors.ts'
import type { GuestProgram, Ran } from './guest-script.ts'
import { endProgram, readResult, resultFile, resultLimit, runProgram } from './guest-script.ts'
import type { Work } from './workshop.ts'
import { ownMachine } from './workshop.ts'

// A file that a flavor reads is small; a guest that sends without end is not listened to for ever.
const fileLimit = 64 * 2 ** 20
const betweenLooksMs = 250
const cleanUpMs = 10_000

/** What a machine is looked up by. A call of its own comes with each use. */
type Place = Pick<Work, 'shop' | 'target'>

/** Commands and files in a machine's guest, through VMware Tools. Nothing is asked before something is wanted. */
export const machineGuest = (place: Place): Guest => ({
  run: (command, call) => inWords(async () => run(await entered(place, call), command, call)),
  upload: (path, content, call) =>
    inWords(async () => {
      const { guests, login } = await entered(place, call)
      await guests.upload(login, path, bytesSource(content), { signal: call.signal })
    }),
  download: (path, call) => inWords(async () => download(await entered(place, call), path, { limit: fileLimit, call })),
})

interface Inside {
  readonly guests: Work['shop']['client']['guests']
  readonly login: GuestLogin
}

const entered = async ({ shop, target }: Place, call: Call): Promise<Inside> => {
  const { guestUser: user, guestPassword: password } = shop.settings
  if (user === undefined || password === undefined)
    throw new ProviderError(
      'invalid',
      'Nothing can be run in a guest without a login of it: set guestUser and guestPassword in the provider.',
    )
  const sight = await ownMachine({ shop, target, call })
  if (sight === null) throw new ProviderError('conflict', 'The machine is gone.')
  const { ref, isOn, toolsRun } = sight.machine
  if (!isOn) throw new ProviderError('conflict', 'The machine does not run, so nothing can be run inside.')
  // They come up some time after the machine.
  if (!toolsRun) throw new ProviderError('transient', 'VMware Tools do not run in the guest, so nothing can be run inside.')
  call.signal.throwIfAborted()
  return { guests: shop.client.guests, login: { vm: ref, user, password } }
}

const run = async (inside: Inside, command: readonly string[], call: Call): Promise<Ran> => {
  if (command[0] === undefined || command[0] === '') throw new ProviderError('invalid', 'There is no command to run.')
  if (command.some((each) => each.includes('\0'))) throw new ProviderError('invalid', 'A command cannot have a NUL character.')
  const folder = `/tmp/forge-${randomUUID()}`
  try {
    await ended(inside, runProgram(folder, command), call)
    const result = readResult(await download(inside, resultFile(folder), { limit: resultLimit, call }))
    if (result === null) throw new ProviderError('transient', 'What the command came to cannot be read.')
    return result
  } finally {
    // Also after an abort: a command that is given up must not go on, nor leave what it wrote.
    const signal = AbortSignal.timeout(cleanUpMs)
    await inside.guests.start(inside.login, endProgram(folder), { signal }).catch(() => undefined)
  }
}

const ended = async ({ guests, login }: Inside, program: GuestProgram, call: Call): Promise<void> => {
  const { signal } = call
  const pid = await guests.start(login, program, { signal })
  for (;;) {
    const [process] = await guests.processes(login, [pid], { signal })
    if (process === undefined) throw new ProviderError('transient', 'The guest does not know any more how the command ended.')
    const { endTime, exitCode } = process
    if (endTime !== undefined || exitCode !== undefined) {
      if ((exitCode ?? 0) === 0) return
      throw new ProviderError(
        'transient',
        `The guest’s shell could not keep what the command came to (exit code ${exitCode}): is /tmp full?`,
      )
    }
    await call.sleep(betweenLooksMs)
  }
}

const download = async (
  { guests, login }: Inside,
  path: string,
  { limit, call }: { readonly limit: number; readonly call: Call },
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of guests.download(login, path, { signal: call.signal })) {
    bytes += chunk.length
    if (bytes > limit) throw new ProviderError('invalid', `The guest’s file is larger than ${limit} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
