import type { Address, Code } from '@forgeplan/model'
import type { Forecast } from '@forgeplan/sdk'

/** Something that is wrong for one machine. Many machines may have the same. */
export interface Finding {
  /** What is `denied` is a warning of a plan, which works without the right to change anything, and stops an apply. */
  readonly severity: 'error' | 'warning' | 'denied'
  readonly code: Code
  readonly summary: string
  /** Full sentences that name no machine, so that the same problem of many has the same text. */
  readonly text: string
  readonly address: Address
}

// The engine takes no longer ones, and the names of others may be long.
const longest = 3900

/** One diagnostic for each distinct problem, with the first machine and how many more. */
export const diagnosticsOf = (findings: readonly Finding[]): readonly Forecast[] => {
  const groups = new Map<string, { readonly first: Finding; readonly addresses: Set<Address> }>()
  for (const finding of findings) {
    const key = `${finding.code} ${finding.severity} ${finding.text}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { first: finding, addresses: new Set([finding.address]) })
    else group.addresses.add(finding.address)
  }
  return [...groups.values()].map(({ first: { severity, code, summary, text, address }, addresses }) => {
    const more = addresses.size > 1 ? ` and ${addresses.size - 1} more` : ''
    const said = { code, summary, detail: `${text.slice(0, longest)} Wanted by ${address}${more}.`, address }
    return severity === 'denied' ? { severity: 'warning', ...said, stopsApply: true } : { severity, ...said }
  })
}
