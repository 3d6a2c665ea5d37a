import type { ImageIdentity } from '@forgeplan/model'
import { codes } from '@forgeplan/model'
import { sha256 } from './digest.ts'

/**
 * What stands for an image whose source is gone or broken, where everything is taken down: its versions are known from the
 * state, none is made, and whoever takes a stack down may never have had the source. A warning says so.
 */
export const withoutSource = (name: string, identity: ImageIdentity): ImageIdentity => {
  const problem = identity.diagnostics.find(({ severity }) => severity === 'error')
  if (problem === undefined) return identity
  const detail = `images.${name}: ${problem.detail} A destroy makes no image, and goes on without it.`
  return {
    digest: identity.digest ?? sha256(`the source of ${name} cannot be read`),
    diagnostics: [{ severity: 'warning', code: 'FORGE2038', summary: codes.FORGE2038.title, detail }],
  }
}
