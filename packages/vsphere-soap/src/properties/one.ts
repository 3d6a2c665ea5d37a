import type { Session } from '../session/session.ts'
import type { Ref } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import type { Seen } from './query.ts'
import { retrieve } from './retrieve.ts'

/** One object's properties; null where it is gone. @throws VsphereError; the signal's reason. */
export const look = async (session: Session, object: Ref, paths: readonly string[], options: CallOptions = {}): Promise<Seen | null> => {
  const query = { of: { objects: [object] }, properties: { [object.type]: paths } }
  let only: Seen | null = null
  // To the end of the answer: a connection that is left in the middle of one cannot be used again.
  for await (const seen of retrieve(session, query, options)) only ??= seen
  return only
}
