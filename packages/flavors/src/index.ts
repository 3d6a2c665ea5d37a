export { combo, comboOf } from './combo.ts'
export { vanilla } from './vanilla.ts'
