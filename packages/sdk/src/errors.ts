/**
 * What went wrong, as far as the engine has to know. `transient`: the same call may work later, and is retried.
 * `conflict`: the world is not as the call expects; look again. `denied`: a privilege is missing. `invalid`: the
 * request can never work. `internal`: the provider broke its contract.
 */
export type ProviderErrorKind = 'transient' | 'conflict' | 'denied' | 'invalid' | 'internal'

/** The one error a provider or flavor throws. `message` is a sentence for people and holds no secret. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly kind: ProviderErrorKind

  constructor(kind: ProviderErrorKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
