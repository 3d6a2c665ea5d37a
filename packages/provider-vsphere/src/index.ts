export { settingsSchema } from './settings.ts'
