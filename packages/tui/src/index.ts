export type { Picture } from './picture.ts'
export { openPicture } from './open.ts'
export type { Surface } from './surface.ts'
