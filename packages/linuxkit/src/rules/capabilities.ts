import type { Problems } from '@forgeplan/config'
import { didYouMean, quote } from '@forgeplan/config'
import type { Item } from '../read/parts.ts'
import { textsAt } from '../read/parts.ts'

/** The capabilities of Linux; linuxkit knows them by these names alone. */
export const capabilityNames: readonly string[] = (
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID ' +
  'IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW ' +
  'PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO ' +
  'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'
)
  .split(' ')
  .map((name) => `CAP_${name}`)

const known: ReadonlySet<string> = new Set(capabilityNames)

/** Names of capabilities, or all or none alone. */
export const checkCapabilities = (item: Item, problems: Problems): void => {
  for (const key of ['capabilities', 'capabilities.add', 'ambient']) {
    const texts = textsAt(item, key)
    for (const { text, path, node } of texts) {
      const isWord = /^(all|none)$/i.test(text)
      if (known.has(text) || (isWord && texts.length === 1)) continue
      const why = isWord ? `stands beside others. ${quote(text)} stands alone.` : `is no capability.${suggestion(text)}`
      problems.error('FORGE1305', node.span, () => `${path} is ${quote(text)}, which ${why}`)
    }
  }
}

const suggestion = (text: string): string => {
  const whole = `CAP_${text.toUpperCase().replace(/^CAP_/, '')}`
  return known.has(whole) ? ` Did you mean ${quote(whole)}?` : didYouMean(text, capabilityNames)
}
