import type { Diagnostic, ImageInputs } from '@forgeplan/model'
import { codes } from '@forgeplan/model'
import type { ImageHost } from '@forgeplan/sdk'
import { builtPaths } from './build.ts'
import { sourceOf } from './source.ts'
import { isFile, withoutLinuxkit, withoutPacker } from './tools.ts'

/** Which programs are missing to make the image; none where it is in the cache. */
export const preflight = async (inputs: ImageInputs, host: ImageHost): Promise<readonly Diagnostic[]> => {
  const source = sourceOf(inputs.config, inputs.format)
  if (source === undefined || 'problem' in source || source.kind === 'iso') return []
  if (inputs.format !== 'iso' && source.kind === 'kernel') return []
  if ((await Promise.all(builtPaths(host, inputs).map(isFile))).every(Boolean)) return []
  const missing = [source.kind === 'yaml' ? await withoutLinuxkit() : null, inputs.format === 'iso' ? await withoutPacker() : null]
  return missing.flatMap((detail) => (detail === null ? [] : [problem(detail)]))
}

const problem = (detail: string): Diagnostic => ({ severity: 'error', code: 'FORGE5020', summary: codes.FORGE5020.title, detail })
