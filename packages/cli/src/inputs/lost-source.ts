import type { Diagnostic, ImageIdentity } from '@forgeplan/model'
import { sha256 } from './digest.ts'

/**
 * What stands for an image whose source is gone or broken, where everything is taken down: its versions are known from the
 * state, none is made, and whoever takes a stack down may never have had the source. A warning says so.
 */
export const withoutSource = (name: string, identity: ImageIdentity): ImageIdentity => {
  if (identity.diagnostics.every(({ severity }) => severity === 'warning')) return identity
  const asWarning = (one: Diagnostic): Diagnostic =>
    one.severity === 'warning'
      ? one
      : { ...one, severity: 'warning', detail: `${one.detail} A destroy makes no image, and goes on without it.` }
  return {
    ...identity,
    digest: identity.digest ?? sha256(`the source of ${name} cannot be read`),
    diagnostics: identity.diagnostics.map(asWarning),
  }
}
