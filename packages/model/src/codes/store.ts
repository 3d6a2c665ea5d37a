import type { CodeEntry } from './entry.ts'

export const state = {
  FORGE4001: {
    title: 'There is no state',
    explanation:
      'The command needs a state, and no state file exists at the path. Look at `--state` and `FORGE_STATE`; the first apply makes one.',
  },
  FORGE4002: {
    title: 'The file is not a state of forge',
    explanation:
      'The file at the path of the state is a SQLite database of another program, or no SQLite database at all. forge does not touch it. Name another path with `--state` or `FORGE_STATE`.',
  },
  FORGE4003: {
    title: 'The state was written by a newer forge',
    explanation: 'The schema of the state is newer than this forge can read. Use the forge that wrote it, or a newer one.',
  },
  FORGE4004: {
    title: 'The state is damaged',
    explanation:
      'A part of the state cannot be read: the file is cut off, a disk has failed, or somebody edited it by hand. Restore a backup (`forge state backup` makes them), or move the file away and run `forge state recover`, which rebuilds the rows from the marks on the objects themselves.',
  },
  FORGE4005: {
    title: 'The state cannot be written',
    explanation: 'The file or its directory is read-only, for this user or for everybody. Planning works all the same; apply does not.',
  },
  FORGE4006: {
    title: 'The state cannot be read',
    explanation: 'The operating system refuses access to the state. Run forge as the user who owns it, or have the permissions changed.',
  },
  FORGE4007: {
    title: 'The state is on a network file system',
    explanation:
      'The journal relies on memory that is shared between processes of one machine and on locks that network file systems do not keep. A state there would be damaged sooner or later. Put it on a local disk with `--state` or `FORGE_STATE`.',
  },
  FORGE4008: {
    title: 'The disk is full',
    explanation: 'An entry could not be made durable, so nothing that depends on it was begun. Make room and run the same command again.',
  },
  FORGE4009: {
    title: 'The state is busy',
    explanation: 'Another process held the database locked for longer than forge waits. Run the same command again.',
  },
  FORGE4010: {
    title: 'The SQLite addon cannot be loaded',
    explanation:
      'forge keeps its state in SQLite, through an addon that is compiled when forge is installed. That needs a C++ compiler, make and python3, and has to be done again when Node.js changes its major version.',
  },
  FORGE4011: {
    title: 'The state belongs to another stack',
    explanation:
      'A state holds one stack (`NAME`, or `NAME/ENV` with `--env`), and this one holds another than the configuration names. Each environment has a state of its own.',
  },
  FORGE4012: {
    title: 'The state has another lineage',
    explanation:
      'A lineage is the identity of one state for its whole life. Data of another lineage describes other objects and cannot replace it.',
  },
  FORGE4013: {
    title: 'The exported state is older',
    explanation: 'The state has gone on since the export was made. Importing it forgets what happened since; `--force` does so.',
  },
  FORGE4014: {
    title: 'The data does not fit into a state',
    explanation: 'An export was cut off or edited by hand, or a program tried to journal what is not plain data. Nothing was written.',
  },
  FORGE4015: {
    title: 'The file exists already',
    explanation: 'forge does not overwrite a file that it is told to make. Name another one, or remove it first.',
  },
  FORGE4016: {
    title: 'The key of the state cannot be used',
    explanation:
      'The file `key` beside the state holds 32 bytes in hexadecimal; secrets are compared through it. It is damaged, or it differs from the one that is imported. Restore it from a backup; without it every secret reads as changed.',
  },
  FORGE4017: {
    title: 'The disk failed',
    explanation: 'The operating system reported an error while the state was read or written. Look at the system log before going on.',
  },
  FORGE4018: {
    title: 'The state is locked',
    explanation:
      'Another forge is working on this state. Wait for it with `--lock-timeout`. If its process is gone for good, `forge unlock` takes the lease from it; an owner that wakes up afterwards writes nothing and starts no call.',
  },
} as const satisfies Record<string, CodeEntry>
