export { linuxkit } from './maker.ts'
