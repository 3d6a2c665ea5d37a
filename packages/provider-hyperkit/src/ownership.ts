import type { Mark } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Home } from './home/home.ts'
import type { Machine, Sight } from './home/look.ts'
import { look } from './home/look.ts'

/** Whose a marked machine is, seen from a target. A mark counts only in the directory that it names. */
export const ownershipOf = (mark: Mark | null, home: Home, target: Target): 'ours' | 'unmarked' | 'copy' | 'foreign' => {
  if (mark === null) return 'unmarked'
  if (mark.uid !== home.uid) return 'copy'
  return mark.stack === target.mark.stack && mark.lineage === target.mark.lineage ? 'ours' : 'foreign'
}

/**
 * The machine, if it stands and its mark is genuinely the target's; `null` if there is none.
 * @throws ProviderError `conflict` for anything else that stands there.
 */
export const ownMachine = async (home: Home, target: Target): Promise<Machine | null> => {
  const sight: Sight = await look(home.directory)
  switch (sight.kind) {
    case 'absent':
      return null
    case 'unreadable':
      throw new ProviderError('conflict', sight.why)
    case 'machine': {
      const owner = ownershipOf(sight.mark, home, target)
      if (owner === 'ours') return sight
      throw new ProviderError('conflict', refusals[owner])
    }
    default:
      return sight satisfies never
  }
}

const refusals = {
  unmarked: 'The machine carries no mark: it is not managed by forge and is not touched.',
  copy: 'The machine carries the mark of another one: it is a copy and is not touched.',
  foreign: 'The machine belongs to another stack or lineage and is not touched.',
} as const
