export { vsphere } from './provider.ts'
