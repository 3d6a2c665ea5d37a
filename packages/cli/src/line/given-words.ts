import { shellWord } from '@forgeplan/report'
import type { Invocation } from '../invocation.ts'
import type { Globals } from '../syntax/globals.ts'
import type { ApplyChoices, PlanChoices } from '../syntax/plan-options.ts'

type Limits = Pick<PlanChoices, 'exclude' | 'maxDestroy' | 'acceptVanished' | 'override'>

/**
 * What the user gave beside the command and has to give again to go on, but for the environment, which is in the stack's
 * name. No secret is among it: sensitive variables are refused on the command line.
 */
export const givenWords = (globals: Globals, choices: ApplyChoices & Limits): readonly string[] => [
  ...placeWords(globals),
  ...(globals.var ?? []).flatMap((word) => ['--var', word]),
  ...(globals.varFile ?? []).flatMap((word) => ['--var-file', word]),
  ...(globals.varStdin === undefined ? [] : ['--var-stdin', globals.varStdin]),
  ...(choices.exclude ?? []).flatMap((word) => ['--exclude', word]),
  ...(choices.maxDestroy === undefined ? [] : ['--max-destroy', String(choices.maxDestroy)]),
  ...(choices.acceptVanished === undefined ? [] : ['--accept-vanished', String(choices.acceptVanished)]),
  ...(choices.override ?? []).flatMap((unit) => ['--override', `quorum:${unit}`]),
]

const placeWords = ({ directory, state }: Globals): readonly string[] => [
  ...(directory === '.' ? [] : ['-C', directory]),
  ...(state === undefined ? [] : ['--state', state]),
]

/** The command that shows the outputs of this place. */
export const outputCommand = ({ globals }: Invocation): string =>
  ['forge output', ...(globals.env === undefined ? [] : ['--env', globals.env]), ...placeWords(globals).map(shellWord)].join(' ')

/** The command that performs a plan saved from this place. */
export const applyFileCommand = ({ globals }: Invocation, file: string): string =>
  [
    'forge apply',
    shellWord(file),
    ...(globals.env === undefined ? [] : ['--env', globals.env]),
    ...placeWords(globals).map(shellWord),
  ].join(' ')
