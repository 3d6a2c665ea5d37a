import type { Uid } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { join } from 'node:path'

/** The names inside a machine's directory. */
export const fileNames = {
  mark: 'mark.json',
  machine: 'machine.json',
  image: 'data.iso',
  /** The number of its process, for people; the truth is in the boot files. */
  pid: 'hyperkit.pid',
  console: 'console-ring',
  /** What a hypervisor said that writes its console itself. */
  log: 'hypervisor.log',
  hypervisorPid: 'hypervisor.pid',
  tty: 'tty',
  booted: 'booted.json',
  exit: 'exit.json',
  guestProcess: 'guest.json',
  guest: 'guest',
} as const

/** Where one machine lives. */
export interface Home {
  readonly root: string
  readonly uid: Uid
  /** `<root>/<uid>`. */
  readonly directory: string
  /** Where the directory goes before it is removed, so that it never reads as half a machine. */
  readonly gone: string
}

const namePattern = /^[A-Za-z0-9][\w.-]{0,127}$/

/** Whether a uid can be a directory's name. */
export const isHomeName = (name: string): boolean => namePattern.test(name)

/** @throws ProviderError `invalid` for a uid that is no directory name. */
export const homeOf = (root: string, uid: Uid): Home => {
  if (!isHomeName(uid)) throw new ProviderError('invalid', 'The identity of this machine cannot be the name of a directory.')
  return { root, uid, directory: join(root, uid), gone: join(root, `.gone-${uid}`) }
}
