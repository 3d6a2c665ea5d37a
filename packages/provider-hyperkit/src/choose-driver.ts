import type { PlainMap } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import type { Driver } from './driver.ts'
import { hyperkitDriver } from './hyperkit/driver.ts'
import { qemuDriver } from './qemu/driver.ts'
import { stubDriver } from './stub/driver.ts'

/** The driver that the provider's settings name; relative paths start at `base`. @throws ProviderError `invalid` when it cannot be used here. */
export const driverOf = (settings: PlainMap, base: string): Driver => {
  const text = (name: string): string | null => (typeof settings[name] === 'string' ? settings[name] : null)
  const graceMs = typeof settings['shutdownTimeout'] === 'number' ? settings['shutdownTimeout'] : 10_000
  const driver = text('driver') ?? 'stub'
  switch (driver) {
    case 'stub':
      return stubDriver
    case 'qemu':
      return qemuDriver({ base, graceMs, program: text('qemu') ?? 'qemu-system-x86_64', accel: accelOf(text('accel')) })
    case 'hyperkit':
      return hyperkitDriver({ base, graceMs, program: text('hyperkit') ?? 'hyperkit', vpnkit: text('vpnkit'), bootrom: text('bootrom') })
    default:
      throw new ProviderError('invalid', 'There is no such driver: it is stub, qemu or hyperkit.')
  }
}

const accelOf = (text: string | null): 'auto' | 'kvm' | 'tcg' => (text === 'kvm' || text === 'tcg' ? text : 'auto')
