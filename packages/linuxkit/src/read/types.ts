import type { PlainMap } from '@forgeplan/model'

export interface Kernel {
  readonly image?: string
  readonly cmdline?: string
  readonly binary?: string
  readonly tar?: string
  readonly ucode?: string
}

/** A container of onboot, onshutdown or services. `settings` holds its other keys as they are written. */
export interface Container {
  readonly name: string
  readonly image: string
  readonly settings: PlainMap
}

export interface Volume {
  readonly name: string
  readonly image?: string
  readonly readonly?: boolean
  readonly format?: string
  readonly platforms?: readonly string[]
}

/** A file of the image. `mode` is octal digits; `source` is a path on the machine that builds. */
export interface ImageFile {
  readonly path: string
  readonly directory?: boolean
  readonly symlink?: string
  readonly contents?: string
  readonly source?: string
  readonly metadata?: string
  readonly optional?: boolean
  readonly mode?: string
  readonly uid?: string | number
  readonly gid?: string | number
}

/** What one LinuxKit YAML says, or several merged. `trust` is gone, since it has no effect. */
export interface Image {
  readonly kernel: Kernel
  readonly init: readonly string[]
  readonly onboot: readonly Container[]
  readonly onshutdown: readonly Container[]
  readonly services: readonly Container[]
  readonly volumes: readonly Volume[]
  readonly files: readonly ImageFile[]
}
