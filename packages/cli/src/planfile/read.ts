import { resolve } from 'node:path'
import type { Plan } from '@forgeplan/model'
import { planIdOf } from '@forgeplan/planner'
import { sha256 } from '../inputs/digest.ts'
import { readText } from '../inputs/read-text.ts'
import type { Invocation } from '../invocation.ts'
import { failure } from '../stop.ts'
import { major } from '../version.ts'
import { planFileFormat, planFileLimit } from './format.ts'
import { isPlanShape } from './plan-shape.ts'
import { record, text } from './shape.ts'

/** Reads a saved plan. Whatever is in the file is hostile until it is a plan whose content matches its id. @throws Stop */
export const readPlanFile = async (invocation: Pick<Invocation, 'shell'>, file: string): Promise<Plan> => {
  const read = await readText(resolve(invocation.shell.cwd, file), planFileLimit)
  if ('problem' in read)
    throw failure('FORGE6002', 'The plan file cannot be read', `${file}: ${read.problem}. Name a file that forge plan --out wrote.`)
  return parsePlanFile(read.text, file)
}

const envelope = record({ format: text, forge: text, plan: (value) => typeof value === 'object' && value !== null })

/** The plan in a file's text. @throws Stop when it is none, was edited, or is of another major version. */
export const parsePlanFile = (content: string, file: string): Plan => {
  const data = parseJson(content)
  if (!isEnvelope(data)) throw notAPlan(file, 'It is not a file that forge plan --out wrote.')
  if (data.format !== planFileFormat) throw notAPlan(file, 'Another version of forge wrote it. Make a new plan.')
  const { plan } = data
  if ((plan as { readonly tool?: unknown }).tool !== major)
    throw notAPlan(file, 'Another major version of forge wrote it. Make a new plan.')
  if (!isPlan(plan)) throw notAPlan(file, 'It does not have the form of a plan. Make a new plan.')
  if (planIdOf(plan, sha256) === plan.id) return plan
  throw failure(
    'FORGE6010',
    'The plan file was changed',
    `${file}: the content does not match the id of the plan. Make a new plan and review that.`,
  )
}

const parseJson = (content: string): unknown => {
  // JSON.parse would make it an own key, which later copies turn into a prototype.
  if (content.includes('"__proto__"')) return undefined
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

interface Envelope {
  readonly format: string
  readonly plan: object
}

const isEnvelope = (data: unknown): data is Envelope => envelope(data)
const isPlan = (data: object): data is Plan => isPlanShape(data)

const notAPlan = (file: string, why: string): Error => failure('FORGE6009', 'Not a usable plan file', `${file}: ${why}`)
