export type { Driver } from './driver.ts'
export { hyperkit } from './provider.ts'
