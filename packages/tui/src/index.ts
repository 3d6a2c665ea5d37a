export type { DrawPicture } from './load.ts'
export { loadPicture } from './load.ts'
export type { Picture } from './picture.ts'
export type { Surface } from './surface.ts'
