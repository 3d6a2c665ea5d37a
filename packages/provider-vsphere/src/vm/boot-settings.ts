import type { Target } from '@forgeplan/sdk'
import { metaDataOf } from './meta-data.ts'
import type { VmInputs } from './vm-type.ts'

/**
 * What the guest reads when it boots for the first time, in the settings that cloud-init's VMware source and others look
 * for. They are advanced settings: whoever may read the machine's configuration reads them too.
 */
export const bootSettings = (desired: VmInputs, target: Target): Readonly<Record<string, string>> => ({
  ...(hasInit(desired) ? encoded('guestinfo.userdata', userDataOf(desired)) : {}),
  ...(hasInit(desired) || desired.ip !== undefined ? encoded('guestinfo.metadata', metaDataOf(desired, target)) : {}),
})

/** Whether there is something to run at the first boot. */
export const hasInit = ({ init }: Pick<VmInputs, 'init'>): boolean => init !== undefined && init !== null

/** A script without a first line that says what runs it is the shell's; JSON is LinuxKit's. */
export const userDataOf = ({ init }: VmInputs): string => {
  const text = init ?? ''
  return /^(#(!|cloud-|include|part-handler)|## template:|content-type:|mime-version:|\s*\{)/i.test(text) ? text : `#!/bin/sh\n${text}`
}

const encoded = (key: string, text: string): Readonly<Record<string, string>> => ({
  [key]: Buffer.from(text, 'utf8').toString('base64'),
  [`${key}.encoding`]: 'base64',
})
