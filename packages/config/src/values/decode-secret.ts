import type { SecretSource, Value } from '@forgeplan/model'
import { isKnown, late } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { readText } from '../expression/read-text.ts'
import { isTemplate } from '../expression/template.ts'
import type { Node } from '../tree.ts'
import { quote } from '../wording.ts'
import type { Spot } from './decode-value.ts'

/** The source that `env:NAME` or `file:PATH` names; `undefined` for any other text. */
export const secretSource = (text: string): SecretSource | undefined =>
  /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(text) || /^file:\S(.*\S)?$/.test(text) ? (text as SecretSource) : undefined

/** A field of kind `secret`: where its text will be found. Whatever else stands there is never repeated or pointed at. */
export const decodeSecret = (node: Node, spot: Spot, scene: Scene): Value | undefined => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.style === 'computed') return refuseLiteral(spot, scene)
  const source = secretSource(node.value)
  if (source !== undefined) return fromSource(source, spot, scene)
  if (!isTemplate(node.value)) return refuseLiteral(spot, scene)
  const reading = readText(node, { ...scene, zone: { ...scene.zone, sensitive: true } })
  if (reading === undefined) return undefined
  if (reading.computed && !isKnown(reading.value)) return reading.value
  return refuseLiteral(spot, scene)
}

const fromSource = (source: SecretSource, spot: Spot, scene: Scene): Value | undefined => {
  const found = scene.names.inputs.secrets.get(source)
  if (found === undefined) {
    scene.problems.error('FORGE2014', spot.at, () => `${spot.path} is taken from ${quote(source)}, which does not exist. ${remedy(source)}`)
    return undefined
  }
  scene.trail.sources.add(source)
  return late({ kind: 'secret', source, digest: found.digest })
}

const remedy = (source: SecretSource): string =>
  source.startsWith('env:')
    ? `Set it where forge runs: export ${source.slice(4)}=...`
    : 'Make the file, readable for you alone, or correct the path; it is relative to the folder of the configuration.'

const refuseLiteral = (spot: Spot, scene: Scene): undefined => {
  const rule = 'Write env:NAME, file:PATH, or ${var.NAME} where the variable is declared with sensitive: true.'
  const why = 'Otherwise it would stand in files, plans and logs; if it is a real one, it should be changed now.'
  scene.problems.error('FORGE1017', spot.at, () => `${spot.path} is a secret, so its text must not be in the configuration. ${rule} ${why}`)
  return undefined
}
