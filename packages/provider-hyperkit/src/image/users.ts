import { basename, dirname, resolve } from 'node:path'
import { sweep } from '../inventory.ts'
import { bootFields } from '../machine-type.ts'

/** Host names of the machines that boot from a file of the folder, by the file's name. */
export type Users = ReadonlyMap<string, readonly string[]>

/** Who boots from what lies in a folder. Machines that cannot be read are not counted as users of anything. */
export const usersIn = async (
  { root, base, folder }: { readonly root: string; readonly base: string; readonly folder: string },
  signal: AbortSignal,
): Promise<Users> => {
  const users = new Map<string, string[]>()
  for (const [, sight] of await sweep(root, signal)) {
    if (sight.kind !== 'machine') continue
    for (const field of bootFields) {
      const path = resolve(base, sight.spec.inputs[field] ?? '')
      if (dirname(path) !== folder) continue
      const name = basename(path)
      users.set(name, [...(users.get(name) ?? []), sight.spec.hostname])
    }
  }
  return users
}
