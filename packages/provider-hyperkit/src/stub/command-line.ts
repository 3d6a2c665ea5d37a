import { ProviderError } from '@forgeplan/sdk'
import { parseArgs } from 'node:util'
import { fileNames } from '../home/home.ts'
import type { MachineInputs, StubKnobs } from '../machine-type.ts'

/** What a stub machine is started with: hyperkit's flags, and the stub's own on the kernel's command line. No secrets. */
export interface CommandLine {
  readonly uid: string
  readonly knobs: StubKnobs
}

/** The arguments of a machine, as hyperkit would be given them; they hold the uid, so that `ps` shows whose it is. */
export const toArguments = (uid: string, inputs: Partial<MachineInputs>): readonly string[] =>
  [
    ['-A', '-u', '-F', fileNames.pid, '-c', String(inputs.cpus ?? 1), '-m', `${Math.ceil((inputs.memory ?? 0) / 2 ** 20)}M`, '-U', uid],
    ['-s', '0:0,hostbridge', '-s', '31,lpc', '-s', `1:0,ahci-cd,${fileNames.image}`],
    ['-l', `com1,null,log=${fileNames.console}`, '-f', `kexec,stub,,${kernelLine(inputs.stub ?? {})}`],
  ].flat()

const kernelLine = (knobs: StubKnobs): string =>
  [
    'earlyprintk=serial',
    ...(knobs.bootDelay === undefined ? [] : [`stub.boot_delay=${knobs.bootDelay}`]),
    ...(knobs.crashAfter === undefined ? [] : [`stub.crash_after=${knobs.crashAfter}`]),
    ...(knobs.exitCode === undefined ? [] : [`stub.exit=${knobs.exitCode}`]),
    ...(knobs.ignoreTerm === true ? ['stub.ignore_term=1'] : []),
  ].join(' ')

const flag = (short: string) => ({ type: 'boolean', short }) as const
const option = (short: string) => ({ type: 'string', short }) as const
const options = {
  acpi: flag('A'),
  utc: flag('u'),
  pidfile: option('F'),
  cpus: option('c'),
  memory: option('m'),
  uuid: option('U'),
  slot: { ...option('s'), multiple: true },
  lpc: option('l'),
  firmware: option('f'),
} as const

/**
 * Reads the arguments back. Unknown flags are refused, so that a drift from hyperkit's is noticed.
 * @throws ProviderError `invalid` when they are not those of a stub machine.
 */
export const parseArguments = (args: readonly string[]): CommandLine => {
  const { uuid, firmware } = parseStrictly(args)
  if (uuid === undefined || firmware === undefined || !firmware.startsWith('kexec,stub,,')) {
    throw new ProviderError('invalid', 'A stub machine needs -U UUID and -f kexec,stub,,LINE.')
  }
  const line = new Map(firmware.split(/[ ,]/).map((word) => [word.split('=')[0] ?? '', Number(word.split('=')[1])]))
  return { uid: uuid, knobs: parseKnobs(line) }
}

const parseStrictly = (args: readonly string[]): { readonly uuid?: string | undefined; readonly firmware?: string | undefined } => {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    throw new ProviderError('invalid', 'The arguments are not those of hyperkit.', { cause: error })
  }
}

const parseKnobs = (line: ReadonlyMap<string, number>): StubKnobs => {
  const amount = <Key extends keyof StubKnobs>(key: Key, word: string): Readonly<Record<string, number>> => {
    const value = line.get(word)
    return value === undefined || !Number.isSafeInteger(value) ? {} : { [key]: value }
  }
  return {
    ...amount('bootDelay', 'stub.boot_delay'),
    ...amount('crashAfter', 'stub.crash_after'),
    ...amount('exitCode', 'stub.exit'),
    ignoreTerm: line.has('stub.ignore_term'),
  }
}
