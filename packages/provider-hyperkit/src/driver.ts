import type { Boot } from './home/boots.ts'
import type { Home } from './home/home.ts'
import type { Spec } from './home/spec.ts'

/** How machines of one kind run; everything else is the same for all: a machine is a process with a directory. */
export interface Driver {
  /**
   * Starts the machine; resolves when its process owns the directory, or when another process already does. The
   * process takes the ownership itself, so that nothing runs unowned when the starter dies.
   * @throws ProviderError `transient` when it does not come up.
   */
  start(home: Home, spec: Spec, signal: AbortSignal): Promise<void>
  /** Presses the power button: the machine may take its time, or ignore it. */
  shutDown(home: Home, boot: Boot): Promise<void>
}
