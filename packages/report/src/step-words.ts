import type { StepKind } from '@forgeplan/model'

/** What a step is called while it runs, when it is done, and when it failed; Terraform's words where it has them. */
export interface StepWords {
  readonly doing: string
  readonly done: string
  readonly noun: string
}

export const stepWords: Readonly<Record<StepKind, StepWords>> = {
  create: { doing: 'Creating', done: 'Creation complete', noun: 'creation' },
  update: { doing: 'Modifying', done: 'Modifications complete', noun: 'modification' },
  restart: { doing: 'Restarting', done: 'Restart complete', noun: 'restart' },
  detach: { doing: 'Detaching', done: 'Detaching complete', noun: 'detaching' },
  delete: { doing: 'Destroying', done: 'Destruction complete', noun: 'destruction' },
  drain: { doing: 'Draining', done: 'Drain complete', noun: 'drain' },
  join: { doing: 'Joining', done: 'Join complete', noun: 'join' },
  leave: { doing: 'Leaving', done: 'Leave complete', noun: 'leave' },
  gate: { doing: 'Waiting for health', done: 'Healthy', noun: 'gate' },
  mark: { doing: 'Marking', done: 'Marking complete', noun: 'marking' },
}
