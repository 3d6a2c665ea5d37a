import type { Session } from '../session/session.ts'
import type { Ref } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import { retrieve } from './retrieve.ts'

/** Properties of one object; null where it is gone. @throws VsphereError; the signal's reason. */
export const propertiesOf = async (
  session: Session,
  object: Ref,
  paths: readonly string[],
  options: CallOptions = {},
): Promise<ReadonlyMap<string, unknown> | null> => {
  const query = { of: { objects: [object] }, properties: { [object.type]: paths } }
  for await (const { properties } of retrieve(session, query, options)) return properties
  return null
}
