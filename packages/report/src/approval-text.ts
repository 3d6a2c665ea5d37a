import { isWaited } from './gate-name.ts'
import type { Line, TextOptions } from './lines.ts'
import { blank, plainLine, print } from './lines.ts'
import { riskLines } from './text-head.ts'
import type { PlanView } from './view.ts'
import type { ShownAction } from './words.ts'
import { actionOrder, count } from './words.ts'

const riskLimit = 5

/** What stands above the question before an apply: the worst risks, and what the answer will do. `answer` is the text that counts as yes. */
export const approvalText = (view: PlanView, options: TextOptions & { readonly answer: string }): string => {
  const risks = riskLines(view.risks, riskLimit)
  const lines: readonly Line[] = [...risks, ...(risks.length > 0 ? [blank] : []), plainLine(consequence(view, options.answer))]
  return `${print(lines, options)}\n`
}

const consequence = (view: PlanView, answer: string): string => {
  const doing = actionOrder.filter((action) => action !== 'keep').flatMap((action) => amountOf(view, action))
  const gates = view.plan.steps.filter((step) => step.kind === 'gate' && isWaited(step.gate)).length
  const waits = gates === 0 ? '' : `, and waits for health at ${count(gates, 'gate')}`
  if (doing.length === 0) return `'${answer}' changes no object of ${view.header.stack}, only what is recorded.`
  return `'${answer}' performs ${list(doing)} in ${count(view.units.length, 'unit')} of ${view.header.stack}${waits}.${askedAgain(view)}`
}

const askedAgain = ({ rolls }: PlanView): string => {
  const names = rolls.flatMap(({ asks }) => asks)
  if (names.length === 0) return ''
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return ` You are asked again at ${names.slice(0, 3).join(', ')}${more}.`
}

const amountOf = ({ units }: PlanView, action: ShownAction): readonly string[] => {
  const amount = units.reduce((sum, { counts }) => sum + (counts[action] ?? 0), 0)
  return amount === 0 ? [] : [`${amount} ${nouns[action]}${amount === 1 ? '' : 's'}`]
}

const nouns: Readonly<Record<ShownAction, string>> = {
  keep: 'keep',
  create: 'creation',
  update: 'update',
  restart: 'restart',
  replace: 'replacement',
  succeed: 'successor-first replacement',
  delete: 'destruction',
  release: 'release',
  forget: 'forgetting',
  import: 'import',
}

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
