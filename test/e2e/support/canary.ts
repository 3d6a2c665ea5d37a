import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A secret that can be recognised wherever a piece of it stands. */
export interface Canary {
  readonly name: string
  /** With a quote, a backslash and two lines, as real ones have. */
  readonly text: string
  readonly forms: readonly Buffer[]
}

export const makeCanary = (name: string): Canary => {
  const core = randomBytes(12).toString('hex')
  const text = `${name} "q\\${core}\nline-${core} end`
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + core)
      .toString('base64')
      .slice(4, -6),
  )
  return { name, text, forms: [core, ...shifted, Buffer.from(core).toString('hex')].map((form) => Buffer.from(form)) }
}

/** `where: name` for every canary in the bytes, plain or in base64 or hexadecimal. */
export const hitsIn = (where: string, bytes: string | Uint8Array, canaries: readonly Canary[]): readonly string[] => {
  const text = Buffer.from(bytes)
  return canaries.filter(({ forms }) => forms.some((form) => text.includes(form))).map(({ name }) => `${where}: ${name}`)
}

/** Every file under a folder; one that goes away meanwhile is left out. */
export const filesUnder = (folder: string): readonly string[] =>
  quietly(() => readdirSync(folder, { withFileTypes: true }), []).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : [],
  )

/** The canaries in all files under a folder, apart from files whose path is `allowed`. */
export const hitsUnder = (folder: string, canaries: readonly Canary[], allowed = /^$/): readonly string[] =>
  filesUnder(folder)
    .filter((file) => !allowed.test(file))
    .flatMap((file) =>
      hitsIn(
        file,
        quietly(() => readFileSync(file), Buffer.alloc(0)),
        canaries,
      ),
    )

/** `0600`, of a file or a folder. */
export const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')

const quietly = <T>(read: () => T, otherwise: T): T => {
  try {
    return read()
  } catch {
    return otherwise
  }
}
