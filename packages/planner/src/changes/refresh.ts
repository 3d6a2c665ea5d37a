import type { Change } from '@forgeplan/model'
import { OutputBook } from './known.ts'
import type { Survey } from '../members/survey.ts'
import { sightOf } from '../request.ts'

/** A plan that changes nothing in the world: rows whose objects are gone are forgotten, everything else is kept. */
export const refreshChanges = ({ request, located }: Survey): readonly Change[] =>
  [...located.rows].map(([address, row]): Change => {
    const seen = sightOf(request.observed, row)
    // What is left of an object is taken away with its row, and a refresh takes nothing away.
    const gone = seen.kind === 'absent' && seen.remains !== true && row.phase.kind !== 'creating'
    const subject = { address, type: row.type, uid: row.uid }
    return gone ? { ...subject, action: 'forget', reason: { kind: 'vanished' } } : { ...subject, action: 'keep' }
  })

/** The outputs of everything that stands, as it is seen now. */
export const standingOutputs = ({ request, located }: Survey): OutputBook => {
  const book = new OutputBook()
  for (const [address, row] of located.rows) {
    const seen = sightOf(request.observed, row)
    book.note(address, { outputs: seen.kind === 'present' ? seen.outputs : row.outputs, late: [] })
  }
  return book
}
