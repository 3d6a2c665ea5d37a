/** An image reference as Docker's grammar reads it, completed: `nginx` is `docker.io/library/nginx:latest`. */
export type Reference =
  | {
      readonly kind: 'registry'
      readonly domain: string
      readonly path: string
      readonly tag?: string
      readonly digest?: string
      /** The whole of it in one text. */
      readonly resolved: string
      /** Whether it names the same image tomorrow: it has a digest, or a tag that is not `latest`. */
      readonly pinned: boolean
    }
  /** `@pkg:DIRECTORY`: an image that linuxkit builds from a local directory. */
  | { readonly kind: 'package'; readonly directory: string; readonly resolved: string; readonly pinned: true }

export type ReadReference = { readonly ok: true; readonly reference: Reference } | { readonly ok: false; readonly why: string }

const longest = 255

/** Reads a reference; `why` is a full sentence. */
export const readReference = (written: string): ReadReference => {
  if (written.startsWith('@pkg:')) return packageReference(written)
  if (written === '') return refuse('The reference is empty.')
  if (written.length > longest + 400) return refuse(`The reference is longer than ${longest} characters.`)
  if (/^[a-f0-9]{64}$/.test(written)) return refuse('64 hexadecimal digits are the id of an image and not its name.')
  const [beforeDigest, ...digests] = written.split('@')
  const digest = digests.join('@')
  if (digests.length > 0 && !isDigest(digest))
    return refuse('What stands behind @ is no digest, such as sha256: and 64 hexadecimal digits.')
  const { name, tag } = splitTag(beforeDigest ?? '')
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag))
    return refuse('A tag has 1 to 128 letters, digits, underscores, dots and hyphens.')
  return named(name, tag, digests.length > 0 ? digest : undefined)
}

const refuse = (why: string): ReadReference => ({ ok: false, why })

const packageReference = (written: string): ReadReference => {
  const directory = written.slice('@pkg:'.length)
  if (directory === '') return refuse('@pkg: has to be followed by a directory.')
  return { ok: true, reference: { kind: 'package', directory, resolved: written, pinned: true } }
}

// Hexadecimal digits by algorithm; Docker refuses every other one.
const digestLengths: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])

const isDigest = (digest: string): boolean => {
  const colon = digest.indexOf(':')
  const hex = digest.slice(colon + 1)
  return hex.length === digestLengths.get(digest.slice(0, Math.max(0, colon))) && /^[0-9a-f]+$/.test(hex)
}

// A colon before the last slash belongs to a port.
const splitTag = (text: string): { readonly name: string; readonly tag: string | undefined } => {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1)
  return colon < 0 ? { name: text, tag: undefined } : { name: text.slice(0, colon), tag: text.slice(colon + 1) }
}

const named = (name: string, tag: string | undefined, digest: string | undefined): ReadReference => {
  const { domain, path } = splitDomain(name)
  if (!isDomain(domain)) return refuse('What stands before the first slash is no host.')
  if (path.toLowerCase() !== path) return refuse('The name of an image is in lower case.')
  if (!path.split('/').every((part) => /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/.test(part)))
    return refuse('The parts of a name are lower-case letters and digits, with single separators (. _ __ or hyphens) between them.')
  if (domain.length + 1 + path.length > longest) return refuse(`The name is longer than ${longest} characters.`)
  const known = tag ?? (digest === undefined ? 'latest' : undefined)
  const resolved = `${domain}/${path}${known === undefined ? '' : `:${known}`}${digest === undefined ? '' : `@${digest}`}`
  const parts = { ...(known === undefined ? {} : { tag: known }), ...(digest === undefined ? {} : { digest }) }
  return { ok: true, reference: { kind: 'registry', domain, path, ...parts, resolved, pinned: digest !== undefined || known !== 'latest' } }
}

const hub = 'docker.io'

// As Docker tells a host from the first part of a path: a dot, a port, a capital letter, or localhost.
const splitDomain = (name: string): { readonly domain: string; readonly path: string } => {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isHost = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first)
  const domain = isHost && first !== `index.${hub}` ? first : hub
  const path = isHost ? name.slice(slash + 1) : name
  return { domain, path: domain === hub && !path.includes('/') ? `library/${path}` : path }
}

const isDomain = (domain: string): boolean => {
  const host = domain.replace(/:\d+$/, '')
  if (/^\[[a-fA-F0-9:]+\]$/.test(host)) return true
  return host.split('.').every((label) => /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(label))
}
