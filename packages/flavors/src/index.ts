export { combo, comboOf } from './combo.ts'
export { linuxkit } from './linuxkit.ts'
export { vanilla } from './vanilla.ts'
