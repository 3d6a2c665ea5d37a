import type { CodeEntry } from './entry.ts'

export const planning = {
  FORGE3001: {
    title: 'A move ends at an address that is held',
    explanation:
      'An entry of "moved" names a new address that another object holds. An address never holds two objects. Remove the entry, or move or destroy the other object first.',
  },
  FORGE3002: {
    title: 'A member cannot be made from its template',
    explanation:
      'The template of a group or an instance holds an expression that fails for one of its members, or names a type that no provider has. The detail names the member.',
  },
  FORGE3003: {
    title: 'A field cannot be changed',
    explanation:
      'The provider says that this field cannot be changed in this direction on a standing object, for example a disk that would shrink. Set it back, or make a new object with --replace.',
  },
  FORGE3004: {
    title: 'A copy of a managed object',
    explanation:
      'Somebody cloned or restored a managed object together with its mark. Its own identity differs, so forge reports it and never touches it. Remove the mark from the copy, or the copy itself, to silence the warning.',
  },
  FORGE3005: {
    title: 'A target names nothing',
    explanation:
      '--target or --replace names a group, an instance or an address that neither the configuration nor the state holds. `forge state list` shows the addresses.',
  },
  FORGE3006: {
    title: 'The plan is narrowed',
    explanation:
      '--target, --exclude or `forge image` left out changes that the configuration asks for. Run a whole plan to see whether anything remains.',
  },
  FORGE3007: {
    title: 'Two objects cannot hold the same value',
    explanation:
      'Two objects of the plan hold the same value in a field that only one may hold at a time, such as a host port or a fixed address.',
  },
  FORGE3008: {
    title: 'A machine is still being made',
    explanation:
      'An earlier operation on this object has not ended on the platform. The plan shows it and does not wait; apply waits for it.',
  },
  FORGE3009: {
    title: 'A kept disk cannot follow to a successor',
    explanation:
      'Members that keep their disks are rolled delete-first: the disk goes with the address, and a successor that comes first has another one. Take maxSurge out of the update block of the group.',
  },
  FORGE3020: {
    title: 'An object cannot be imported',
    explanation:
      'An import takes one standing object that nobody manages into an address that the configuration wants and nothing holds yet. The detail says what is in the way. `forge state rm` gives up an object that another address holds.',
  },
  FORGE3021: {
    title: 'A group takes over more than its size',
    explanation:
      'forge import takes all objects that it finds into the group, also more than its size. The next plan would remove the surplus: raise the size of the group first to keep all.',
  },
} as const satisfies Record<string, CodeEntry>
