import type { VmInputs } from './vm-type.ts'

/**
 * What the guest reads when it boots for the first time, in the settings that cloud-init's VMware source and others look
 * for. They are advanced settings: whoever may read the machine's configuration reads them too.
 */
export const bootSettings = ({ init }: VmInputs): Readonly<Record<string, string>> =>
  init === undefined || init === null ? {} : { 'guestinfo.userdata': base64(userDataOf(init)), 'guestinfo.userdata.encoding': 'base64' }

/** A script without a first line that says what runs it is the shell's. */
const userDataOf = (init: string): string => (/^#(!|cloud-config|include)/.test(init) ? init : `#!/bin/sh\n${init}`)

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
