import type { ImageFiles } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { Shelves } from './shelves.ts'

/** What the images of a session need. */
export interface ImageTools {
  readonly client: Client
  readonly shelves: Shelves
  /** Absent where nothing makes images. */
  readonly images: ImageFiles | undefined
}
