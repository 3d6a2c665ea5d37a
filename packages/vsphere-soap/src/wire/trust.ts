import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls'
import { createHash } from 'node:crypto'
import { UntrustedCertificate, VsphereError } from '../error.ts'

/**
 * Whose certificate is believed:
 * - `system`: one that the system's authorities vouch for.
 * - `ca`: one that these authorities (PEM) vouch for.
 * - `thumbprint`: exactly the one with this SHA-256 or SHA-1, with or without colons; names and dates do not matter then.
 * - `none`: any. For laboratories; nothing else turns verification off.
 */
export type Trust =
  | { readonly kind: 'system' }
  | { readonly kind: 'ca'; readonly pem: string }
  | { readonly kind: 'thumbprint'; readonly thumbprint: string }
  | { readonly kind: 'none' }

/** Both thumbprints of a certificate, as pairs of hexadecimal digits with colons. */
export interface Thumbprints {
  readonly sha256: string
  readonly sha1: string
}

/** The digits of a thumbprint. @throws VsphereError of kind `request` where it is neither a SHA-256 nor a SHA-1. */
export const digitsOf = (thumbprint: string): string => {
  const digits = thumbprint.replaceAll(/[:\s]/g, '').toUpperCase()
  if (/^([0-9A-F]{40}|[0-9A-F]{64})$/.test(digits)) return digits
  throw new VsphereError('request', 'A thumbprint is 64 (SHA-256) or 40 (SHA-1) hexadecimal digits, with colons or without', {
    mayHaveRun: false,
  })
}

/** The thumbprints of a connection's certificate, or null where the server showed none. */
export const thumbprintsOf = (socket: TLSSocket): Thumbprints | null => {
  // Typed as always there; a connection that failed early has an empty object.
  const certificate: Partial<PeerCertificate | DetailedPeerCertificate> = socket.getPeerCertificate()
  if (certificate.raw === undefined) return null
  return { sha256: thumbprint('sha256', certificate.raw), sha1: thumbprint('sha1', certificate.raw) }
}

/** Whether a certificate is the pinned one. */
export const isPinned = (pin: string, { sha256, sha1 }: Thumbprints): boolean => {
  const digits = digitsOf(pin)
  return digits === digitsOf(digits.length === 64 ? sha256 : sha1)
}

/** Why a certificate is not believed, with what to do. */
export const untrusted = (server: string, why: string, thumbprints: Thumbprints): UntrustedCertificate =>
  new UntrustedCertificate(
    `The certificate of ${server} is not trusted: ${why}. Its SHA-256 thumbprint is ${thumbprints.sha256}, its SHA-1 thumbprint` +
      ` ${thumbprints.sha1}. Compare one of them with what the server's console or its owner says; if it is the same, put it into` +
      ` the configuration as the thumbprint, or name there the file of the authority (CA) that signed the certificate.`,
    thumbprints,
  )

const thumbprint = (algorithm: 'sha256' | 'sha1', raw: Uint8Array): string =>
  (createHash(algorithm).update(raw).digest('hex').toUpperCase().match(/../g) ?? []).join(':')
