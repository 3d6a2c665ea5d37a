import type { PlanView } from './view.ts'

/** The environment of a stack's name (`NAME/E`); empty where it has none. */
const envOf = (stack: string): readonly string[] => {
  const at = stack.indexOf('/')
  return at < 0 ? [] : ['--env', shellWord(stack.slice(at + 1))]
}

/** A word as a POSIX shell takes it literally. */
export const shellWord = (text: string): string => (/^[A-Za-z0-9_./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

interface Planned extends Pick<PlanView['header'], 'stack' | 'mode' | 'targets'>, Partial<Pick<PlanView['header'], 'revision'>> {
  /** Words of the command that makes such a plan; null or absent: apply or destroy. */
  readonly verb?: readonly string[] | null
}

const targetsOf = ({ targets }: Planned): readonly string[] => targets.flatMap((target) => ['--target', shellWord(target)])

/** The command that makes this plan again, with `rest` behind it. */
export const planCommandOf = (header: Planned, ...rest: readonly string[]): string => {
  const mode = header.mode === 'normal' ? [] : [`--${header.mode}`]
  const back = header.revision == null ? [] : ['--revision', String(header.revision)]
  return ['forge', 'plan', ...envOf(header.stack), ...mode, ...back, ...targetsOf(header), ...rest].join(' ')
}

/** The command that performs a plan: the saved one, or a new one made the same way; with `rest` behind it. */
export const applyCommand = (header: Planned, planFile: string | null, ...rest: readonly string[]): string => {
  if (planFile !== null) return ['forge', 'apply', shellWord(planFile), ...envOf(header.stack), ...rest].join(' ')
  if (header.verb != null) return ['forge', ...header.verb.map(shellWord), ...envOf(header.stack), ...rest].join(' ')
  const verb = header.mode === 'destroy' ? ['destroy'] : header.mode === 'refresh-only' ? ['apply', '--refresh-only'] : ['apply']
  return ['forge', ...verb, ...envOf(header.stack), ...targetsOf(header), ...rest].join(' ')
}

/** The command that plans what an earlier revision wanted. */
export const undoCommand = ({ stack, mode, targets }: Planned, revision: number, ...rest: readonly string[]): string =>
  planCommandOf({ stack, mode, targets }, ...rest, '--revision', String(revision))

/** The command that performs a saved plan (`PLAN`) and agrees at a gate; also after a run that ended at the question. */
export const approveCommand = (header: Planned, name: string): string => applyCommand(header, 'PLAN', '--approve', shellWord(name))
