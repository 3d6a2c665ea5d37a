import type { CodeEntry } from './entry.ts'

export const planning = {} as const satisfies Record<string, CodeEntry>
