export { vanilla } from './vanilla.ts'
