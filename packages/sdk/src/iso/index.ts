export { IsoError } from './error.ts'
export { readIso } from './read.ts'
export type { IsoContent } from './write.ts'
export { writeIso } from './write.ts'
