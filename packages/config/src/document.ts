import type { Span } from '@forgeplan/model'
import type { MapNode } from './tree.ts'
import type { SourceFile } from './source.ts'

/** What `parse` makes of the files: their top-level maps as one, with positions. Only this package looks inside. */
export interface Document {
  readonly root: MapNode
  readonly files: readonly SourceFile[]
  /** What stands under `only` for plugins that are not those of its block: nobody reads it. */
  readonly passed: readonly Span[]
}
