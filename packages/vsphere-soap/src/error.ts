import type { AnyMethodFault } from './vim/types.ts'

/**
 * Why a call came to nothing:
 * - `request`: the arguments do not fit the API; nothing was sent.
 * - `unreachable`: no connection could be made; nothing was sent.
 * - `certificate`: the server's certificate is not trusted; nothing was sent.
 * - `fault`: the server said no, or a task ended with an error.
 * - `http`: something that is not the API answered.
 * - `answer`: what came back is not an answer: cut off, not XML, not SOAP, too large.
 * - `lost`: the connection ended before the answer.
 * - `timeout`: the deadline passed.
 * - `checksum`: a file is not the one that was meant.
 * - `closed`: the client is closed.
 */
export type FailureKind =
  | 'request'
  | 'unreachable'
  | 'certificate'
  | 'fault'
  | 'http'
  | 'answer'
  | 'lost'
  | 'timeout'
  | 'checksum'
  | 'closed'

/** What every call throws, but for the reason of an aborted signal. Its text has no secret and no control character. */
export class VsphereError extends Error {
  readonly kind: FailureKind
  /** Whether the server may have done what was asked. */
  readonly mayHaveRun: boolean

  constructor(kind: FailureKind, text: string, options: { readonly mayHaveRun: boolean; readonly cause?: unknown }) {
    super(printable(text), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'VsphereError'
    this.kind = kind
    this.mayHaveRun = options.mayHaveRun
  }
}

/** The server's refusal, of a call or as the end of a task. */
export class VsphereFault extends VsphereError {
  /** The fault's type as the server named it, such as `ManagedObjectNotFound`. */
  readonly fault: string
  /** Its fields, as far as this package knows the type. */
  readonly detail: AnyMethodFault

  constructor(what: string, fault: string, text: string, detail: AnyMethodFault) {
    super('fault', `${what}: ${fault}${text === '' ? '' : `: ${text}`}`, { mayHaveRun: false })
    this.name = 'VsphereFault'
    this.fault = printable(fault)
    this.detail = detail
  }
}

/** A certificate that is not trusted. The message says both thumbprints and what to do. */
export class UntrustedCertificate extends VsphereError {
  /** SHA-256 of the certificate, as pairs of hexadecimal digits with colons. */
  readonly sha256: string
  /** SHA-1 of the certificate, likewise. */
  readonly sha1: string

  constructor(text: string, thumbprints: { readonly sha256: string; readonly sha1: string }) {
    super('certificate', text, { mayHaveRun: false })
    this.name = 'UntrustedCertificate'
    this.sha256 = thumbprints.sha256
    this.sha1 = thumbprints.sha1
  }
}

/** Whether an error is a fault of one of these types. */
export const isFault = (error: unknown, ...types: readonly string[]): error is VsphereFault =>
  error instanceof VsphereFault && types.includes(error.fault)

/** Text from a server as it may be shown: no control or direction characters, on one line, at most 600 characters. */
export const printable = (text: string): string => {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()
  return clean.length > 600 ? `${clean.slice(0, 600)} ...` : clean
}
