import type { CodeEntry } from './entry.ts'

export const running = {
  FORGE5001: {
    title: 'A provider cannot be opened',
    explanation:
      'The provider of the configuration refused the connection: it is not reachable, the login is wrong, or its plugin is missing. Nothing was read and nothing was changed. Check the settings of the provider and try again.',
  },
  FORGE5002: {
    title: 'The world cannot be read',
    explanation:
      'A provider could not list its objects, also after several tries. An inventory that cannot be read is an error and never "absent": forge would otherwise build everything a second time. Nothing was changed. Try again when the provider answers.',
  },
  FORGE5003: {
    title: 'The marks in the world contradict each other',
    explanation:
      'Objects of this stack carry marks of several lineages, or two of them claim to be the same object. forge cannot tell which state was lost, and takes none of them over. Remove the marks of the objects that are not yours, or restore a backup of the state.',
  },
  FORGE5004: {
    title: 'The state holds objects but no lineage',
    explanation:
      'Every state that holds objects has a lineage, so this one is damaged. Restore a backup, or rebuild it with "forge state recover".',
  },
} as const satisfies Record<string, CodeEntry>
