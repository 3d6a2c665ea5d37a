import type { KeyObject } from 'node:crypto'
import { X509Certificate, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate with its key. */
export interface Identity {
  readonly cert: string
  readonly key: string
  readonly sha256: string
  readonly sha1: string
}

/** An authority that signs certificates for tests. */
export interface Authority extends Identity {
  /** A certificate for a name or an address. */
  readonly issue: (host: string, days?: number) => Identity
}

/** A new authority; nothing but this test knows it. */
export const makeAuthority = (name = 'forge test authority'): Authority => {
  const keys = makeKeys()
  const own = issueWith({ subject: name, issuer: name, keys, signer: keys.privateKey, host: null, days: 2 })
  const issue = (host: string, days = 2): Identity => {
    const leaf = makeKeys()
    return issueWith({ subject: host, issuer: name, keys: leaf, signer: keys.privateKey, host, days })
  }
  return { ...own, issue }
}

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

interface Wanted {
  readonly subject: string
  readonly issuer: string
  readonly keys: Keys
  readonly signer: KeyObject
  /** Null for an authority. */
  readonly host: string | null
  readonly days: number
}

const makeKeys = (): Keys => generateKeyPairSync('ec', { namedCurve: 'P-256' })

// Node reads certificates but makes none; this is the little of X.509 (RFC 5280) that it takes.
const issueWith = ({ subject, issuer, keys, signer, host, days }: Wanted): Identity => {
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
  const now = Date.now()
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(now - 86_400_000 * 3), time(now + 86_400_000 * days)),
    commonName(subject),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension('551d13', sequence(...(host === null ? [der(0x01, Buffer.from([255]))] : []))), ...names(host))),
  )
  const signature = sign('sha256', body, signer)
  const raw = sequence(body, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const certificate = new X509Certificate(raw)
  return {
    cert: certificate.toString(),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sha256: certificate.fingerprint256,
    sha1: certificate.fingerprint,
  }
}

const der = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([tag]), length(content.length), content])
const length = (size: number): Buffer =>
  size < 128 ? Buffer.from([size]) : size < 256 ? Buffer.from([0x81, size]) : Buffer.from([0x82, size >> 8, size & 255])
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts))
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))
const time = (ms: number): Buffer => der(0x18, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`))
const extension = (id: string, content: Buffer): Buffer => sequence(oid(id), der(0x04, content))

const names = (host: string | null): readonly Buffer[] => {
  if (host === null) return []
  const name = isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))
  return [extension('551d11', sequence(name))]
}
