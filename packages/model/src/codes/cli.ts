import type { CodeEntry } from './entry.ts'

export const commandLine = {
  FORGE6001: {
    title: 'No configuration in this folder',
    explanation: 'forge reads `forge.yaml` and every `*.forge.yaml` in the folder. Write one, go to its folder, or name it with `-C DIR`.',
  },
  FORGE6002: {
    title: 'A file cannot be read or written',
    explanation: 'The operating system refused, the file is larger than 1 MiB, or it is not UTF-8 text. The message says which.',
  },
  FORGE6003: {
    title: 'An argument cannot be used',
    explanation: 'The value of an option or an argument is not of the form that the command expects. See `forge COMMAND --help`.',
  },
  FORGE6004: {
    title: 'A plugin cannot be loaded',
    explanation:
      'A plugin is a built-in name, a path (`./plugin.js`, relative to the configuration) or the name of an installed npm package that has a `/` or `@` in it. Check the spelling, and that the package is installed beside the configuration.',
  },
  FORGE6005: {
    title: 'A module is not a plugin of forge',
    explanation:
      'A plugin module exports `provider` (made with `defineProvider`) or `flavor` (made with `defineFlavor`) from `@forgeplan/sdk`.',
  },
  FORGE6006: {
    title: 'A sensitive variable on the command line',
    explanation:
      'A command line can be read by every user of the machine and ends in the shell history. Give a sensitive variable as FORGE_VAR_NAME, in a `--var-file`, or on standard input with `--var-stdin NAME`.',
  },
  FORGE6007: {
    title: 'A variable cannot be used',
    explanation: 'It is not of the form NAME=VALUE, is given twice, or the configuration declares no variable of that name.',
  },
  FORGE6008: {
    title: 'A variable file cannot be used',
    explanation:
      'A variable file holds a JSON object, or lines of the form NAME=VALUE; empty lines and lines that start with # are skipped.',
  },
  FORGE6009: {
    title: 'A plan file cannot be used',
    explanation: 'The file is not a plan that `forge plan --out` wrote, or another major version of forge wrote it. Make a new plan.',
  },
  FORGE6010: {
    title: 'A plan file was changed',
    explanation:
      'The content does not match the id of the plan. Only a plan that is exactly as it was reviewed can be applied. Make a new plan.',
  },
  FORGE6011: {
    title: 'A plan of another state',
    explanation:
      'The plan was made for another stack, or for another state of the stack of the same name (another lineage). Make a new plan here.',
  },
  FORGE6012: {
    title: 'An input of the saved plan changed',
    explanation:
      'A secret, a file or an environment variable that the plan needs is missing or holds something else than when the plan was made. Make a new plan.',
  },
  FORGE6013: {
    title: 'The world changed under the saved plan',
    explanation:
      'Objects that the plan touches are no longer as they were when it was made. Nothing was done. Make a new plan and look at it.',
  },
  FORGE6014: {
    title: 'Nobody to ask',
    explanation:
      'The command asks before it changes anything, and standard input and standard error are not a terminal. Run it in a terminal, or give `--auto-approve`.',
  },
  FORGE6015: {
    title: 'Refused by policy',
    explanation: 'A brake holds: the message says which and which flag lifts it. `--auto-approve` lifts none of them.',
  },
  FORGE6016: {
    title: 'Somebody else holds the state',
    explanation:
      'Another apply works on this state. Wait for it (`--lock-timeout 5m`), or, if it is surely dead, take its lease with `forge unlock`.',
  },
  FORGE6017: {
    title: 'A provider cannot be opened',
    explanation:
      'The world that the provider stands for cannot be reached or refuses the login. An inventory that cannot be read is an error, never "nothing there".',
  },
  FORGE6018: {
    title: 'Not in the state',
    explanation:
      'The state holds no object at that address, or no output of that name, or the object there keeps no console. `forge state list` and `forge output` show what there is.',
  },
  FORGE6019: {
    title: 'A secret cannot be read',
    explanation:
      'A secret is fetched from where the configuration says (`env:NAME`, `file:PATH`, a sensitive variable) when it is needed, and it is not there.',
  },
  FORGE6020: {
    title: 'The state is not in order for this',
    explanation: 'The command needs a state that is empty, or one that exists. The message says which and what to do.',
  },
  FORGE6021: {
    title: 'Unknown plugin',
    explanation: 'A plugin without `/`, `@` or a leading `.` is a built-in one, and there is none of that name.',
  },
  FORGE6022: {
    title: 'No such group to override',
    explanation: '`--override quorum:GROUP` names a group of the configuration or of the state whose majority the plan may end.',
  },
  FORGE6023: {
    title: 'No such gate to approve',
    explanation:
      '`--approve` takes the name of a gate of the plan that asks a person, such as canary.group.web. Nothing was done. A plan without a canary has no such gate.',
  },
  FORGE6024: {
    title: 'No such revision to go back to',
    explanation:
      'The journal keeps the last 50 runs, which `forge state history` lists. A run that another version of forge made, or whose stored configuration cannot be read, cannot be planned towards.',
  },
  FORGE6025: {
    title: 'A secret is not what it was',
    explanation:
      'No secret is stored, so that going back to an old configuration uses the secrets that are there now. Where one has changed since, what it is given to changes too.',
  },
  FORGE6026: {
    title: 'No such image',
    explanation:
      '`forge image` takes the name of a block under `images`, with or without `image.` before it. What the configuration no longer names goes with the next `forge apply`.',
  },
  FORGE6030: {
    title: 'There is a configuration already',
    explanation:
      '`forge init` writes a first `forge.yaml` and never overwrites one. Name another folder, or work with the file that is there.',
  },
  FORGE6999: {
    title: 'forge has a fault',
    explanation:
      'Something happened that forge did not expect. The journal is in order: run `forge plan` to see where things stand, and report the fault with the output of `FORGE_LOG=debug`.',
  },
} as const satisfies Record<string, CodeEntry>
