import { commandLine } from './codes/cli.ts'
import { configuration } from './codes/config.ts'
import type { CodeEntry } from './codes/entry.ts'
import { linuxkit } from './codes/linuxkit.ts'
import { planning } from './codes/planner.ts'
import { running } from './codes/engine.ts'
import { state } from './codes/store.ts'
import { vsphere } from './codes/vsphere.ts'

/**
 * The catalogue of diagnostics: FORGE1xxx text and shape of the configuration, 2xxx references and expansion, 3xxx
 * planning and policy, 4xxx state, lease and plan files, 5xxx providers and the run, 6xxx the command line.
 */
export const codes = {
  ...configuration,
  ...linuxkit,
  ...planning,
  ...state,
  ...running,
  ...vsphere,
  ...commandLine,
} as const satisfies Record<string, CodeEntry>

/** `FORGE` and four digits; a diagnostic can only carry a code that the catalogue explains. */
export type Code = keyof typeof codes
