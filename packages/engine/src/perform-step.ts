import { StepFailure } from './errors.ts'
import type { At } from './run.ts'
import { changeInPlace } from './steps/change.ts'
import { create } from './steps/create.ts'
import { detach } from './steps/detach.ts'
import { drain } from './steps/drain.ts'
import { join } from './steps/join.ts'
import { leave } from './steps/leave.ts'
import { mark } from './steps/mark.ts'
import { remove } from './steps/remove.ts'

/** Carries out one step that is no gate; its success is in the journal when this resolves. @throws why it could not. */
export const perform = (at: At): Promise<void> => {
  const { step } = at
  switch (step.kind) {
    case 'create':
      return create(at)
    case 'update':
    case 'restart':
      return changeInPlace(at, step.kind)
    case 'delete':
      return remove(at)
    case 'drain':
      return drain(at)
    case 'detach':
      return detach(at)
    case 'mark':
      return mark(at)
    case 'join':
      return join(at)
    case 'leave':
      return leave(at)
    case 'gate':
      throw new StepFailure('internal', 'A gate is waited at, and not performed.')
    default:
      return step satisfies never
  }
}
