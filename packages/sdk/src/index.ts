export type { ProviderErrorKind } from './errors.ts'
export { ProviderError } from './errors.ts'
export type { Flavor, MemberHandle } from './flavor.ts'
export { defineFlavor } from './flavor.ts'
export { fitsName } from './fits-name.ts'
export type { ImageHost, ImageMaker } from './image.ts'
export { defineImageMaker } from './image.ts'
export type {
  Applied,
  Call,
  Candidate,
  Forecast,
  Guest,
  Handler,
  Host,
  ImageFile,
  ImageFiles,
  Provider,
  Query,
  Session,
  Stack,
  Target,
  Touched,
  Verb,
  Wanted,
} from './provider.ts'
export { defineHandler, defineProvider } from './provider.ts'
