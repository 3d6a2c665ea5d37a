import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Disk } from '../machine-type.ts'

/** The name of a disk's file in the machine's directory. */
export const diskFile = (name: string): string => `disk-${name}.img`

/** Makes the machine's disks (raw, sparse, 0600) and lets them grow; none is ever made smaller. */
export const prepareDisks = async (directory: string, disks: readonly Disk[]): Promise<void> => {
  for (const { name, size } of disks) {
    await using file = await open(join(directory, diskFile(name)), 'a', 0o600)
    if ((await file.stat()).size < size) await file.truncate(size)
  }
}
