import type { CodeEntry } from './entry.ts'

export const running = {} as const satisfies Record<string, CodeEntry>
