import type { Context, Row } from '@forgeplan/model'
import { findType } from '@forgeplan/model'
import type { RowSchemas } from '@forgeplan/report'
import type { Invocation } from '../invocation.ts'
import { loadPlugins } from '../plugins.ts'
import { Stop } from '../stop.ts'

/** The schemas of a row's type, for its units. A plugin that is not here any more is no reason not to show the row. */
export const rowSchemas = async (
  { directory }: Pick<Invocation, 'directory'>,
  row: Row,
  context: Context | undefined,
): Promise<RowSchemas> => {
  if (context === undefined) return {}
  try {
    const { catalog } = await loadPlugins({ providers: [context.provider.plugin], flavors: [], images: [] }, directory)
    const type = findType(catalog, row.type)
    return type === undefined ? {} : { inputs: type.inputs, outputs: type.outputs }
  } catch (error) {
    if (error instanceof Stop) return {}
    throw error
  }
}
