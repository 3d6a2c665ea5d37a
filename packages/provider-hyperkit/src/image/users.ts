import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { sweep } from '../inventory.ts'
import { bootFields } from '../machine-type.ts'

/** Who boots from a file of the folder, by its name: host names of machines, and those that cannot be read, which may. */
export type Users = (file: string) => readonly string[]

export const usersIn = async (
  { root, folder }: { readonly root: string; readonly folder: string },
  signal: AbortSignal,
): Promise<Users> => {
  const users = new Map<string, string[]>()
  const doubtful: string[] = []
  for (const [home, sight] of await sweep(root, signal)) {
    if (sight.kind === 'unreadable') doubtful.push(`${home.uid} (unreadable)`)
    if (sight.kind !== 'machine') continue
    for (const field of bootFields) {
      const given = sight.spec.inputs[field]
      if (given === undefined || (isAbsolute(given) && dirname(resolve(given)) !== resolve(folder))) continue
      // A relative path starts where another configuration may lie; the name of a version is like no other.
      const name = basename(given)
      users.set(name, [...(users.get(name) ?? []), sight.spec.hostname])
    }
  }
  return (file) => [...(users.get(file) ?? []), ...doubtful]
}
