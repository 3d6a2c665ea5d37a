import type { CodeEntry } from './entry.ts'

export const commandLine = {} as const satisfies Record<string, CodeEntry>
