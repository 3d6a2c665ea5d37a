import type { Change, Diagnostic, Row } from '@forgeplan/model'
import { OutputBook } from './known.ts'
import type { Survey } from '../members/survey.ts'
import { sightOf } from '../request.ts'

/** A plan that changes nothing in the world: rows whose objects are gone are forgotten, everything else is kept. */
export const refreshChanges = ({ request, located }: Survey): readonly Change[] =>
  [...located.rows].map(([address, row]): Change => {
    const seen = sightOf(request.observed, row)
    // What is left of an object is taken away with its row, and a refresh takes nothing away.
    const gone = seen.kind === 'absent' && !hasRemains(request, row) && row.phase.kind !== 'creating'
    const subject = { address, type: row.type, uid: row.uid }
    return gone ? { ...subject, action: 'forget', reason: { kind: 'vanished' } } : { ...subject, action: 'keep' }
  })

/** Who is gone and is not forgotten by a refresh. */
export const remainsWarnings = ({ request, located }: Survey): readonly Diagnostic[] => {
  const [first, ...others] = [...located.rows].flatMap(([address, row]) => (hasRemains(request, row) ? [address] : []))
  if (first === undefined) return []
  const which = others.length === 0 ? `${first} is` : `${first} and ${others.length} more are`
  return [
    {
      severity: 'warning',
      code: 'FORGE3022',
      summary: 'Something is left of what is gone',
      detail: `${which} gone, but not without leaving something behind, such as the note of an image or the data image of a machine. A refresh takes nothing away, and forgets none of them; a plan without --refresh-only does both.`,
      address: first,
    },
  ]
}

const hasRemains = ({ observed }: Pick<Survey['request'], 'observed'>, row: Row): boolean => {
  const seen = sightOf(observed, row)
  return seen.kind === 'absent' && seen.remains === true
}

/** The outputs of everything that stands, as it is seen now. */
export const standingOutputs = ({ request, located }: Survey): OutputBook => {
  const book = new OutputBook()
  for (const [address, row] of located.rows) {
    const seen = sightOf(request.observed, row)
    book.note(address, seen.kind === 'present' ? seen.outputs : row.outputs)
  }
  return book
}
