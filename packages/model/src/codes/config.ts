import type { CodeEntry } from './entry.ts'

export const configuration = {
  FORGE1001: {
    title: 'The file is not valid YAML',
    explanation: 'The text breaks a rule of YAML 1.2. The position shows where reading stopped.',
  },
} as const satisfies Record<string, CodeEntry>
