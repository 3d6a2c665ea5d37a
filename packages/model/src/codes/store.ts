import type { CodeEntry } from './entry.ts'

export const state = {} as const satisfies Record<string, CodeEntry>
