import type { Diagnostic } from '@forgeplan/model'
import type { Wanted } from '@forgeplan/sdk'
import type { Boot } from './home/boots.ts'
import type { Home } from './home/home.ts'
import type { Spec } from './home/spec.ts'
import type { MachineInputs } from './machine-type.ts'
import type { MachineObservation } from './observation.ts'

/** How machines of one kind run; everything else is the same for all: a machine is a process with a directory. */
export interface Driver {
  /** Whether commands can be run inside its machines. */
  readonly hasGuest: boolean
  /** How long a machine may take after its power button was pressed, milliseconds on the run's clock. */
  readonly graceMs: number
  /**
   * Starts the machine; resolves when its process owns the directory, or when another process already does. The
   * process takes the ownership itself, so that nothing runs unowned when the starter dies.
   * @throws ProviderError `transient` when it does not come up, `invalid` when it never can.
   */
  start(home: Home, spec: Spec, signal: AbortSignal): Promise<void>
  /** Presses the power button: the machine may take its time, or ignore it. */
  shutDown(home: Home, boot: Boot): Promise<void>
  /** Pulls the plug of a machine that ignored its button: its process ends within a few seconds. Absent: it is killed. */
  powerOff?(home: Home, boot: Boot): Promise<void>
  /** What this driver alone can tell of a machine that stands, such as a kernel that has changed since it was booted. */
  refine?(home: Home, seen: MachineObservation): Promise<MachineObservation>
  /** Problems that machines would meet under this driver. */
  preflight?(wanted: readonly Wanted<MachineInputs>[]): Promise<readonly Diagnostic[]>
}
