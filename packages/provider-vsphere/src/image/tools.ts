import type { ImageFiles } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { Shelves } from './shelves.ts'
import type { Users } from './users.ts'

/** What the images of a session need. */
export interface ImageTools {
  readonly client: Client
  readonly shelves: Shelves
  /** Who has images in a CD-ROM, for what is only shown; shared by those who ask at once. */
  users(signal: AbortSignal): Promise<Users>
  /** Absent where nothing makes images. */
  readonly images: ImageFiles | undefined
}
