import { shown } from '../places/naming.ts'
import { hasTwoPersistent, persistentDisk } from '../vm/devices/disks.ts'
import { isUnclear, severalAdapters } from '../vm/addressing.ts'
import { settingProblems } from '../vm/setting-problems.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './placed.ts'

/** Fields of one machine that do not go together. */
export const contradictions = (machine: Placed): readonly Finding[] => {
  const { address, inputs, late, placement } = machine
  const both =
    inputs.template !== undefined && inputs.iso !== undefined
      ? [{ severity: 'error', code: 'FORGE5306', summary: 'A machine with a template and an image', text: twoSources, address } as const]
      : []
  const isAmbiguous = !late.includes('template') && isUnclear(inputs, placement.networks.length)
  const addresses = isAmbiguous
    ? [{ severity: 'error', code: 'FORGE5314', summary: 'A fixed address and several adapters', text: severalAdapters, address } as const]
    : []
  const disks = hasTwoPersistent(inputs)
    ? [{ severity: 'error', code: 'FORGE5316', summary: 'Two disks of one name', text: twoDisks, address } as const]
    : []
  const settings = settingProblems(inputs).map(
    (text) => ({ severity: 'error', code: 'FORGE5315', summary: 'An advanced setting cannot be set', text, address }) as const,
  )
  const text = inputs.linked === true ? linkedText(machine) : null
  const linked =
    text === null ? [] : [{ severity: 'error', code: 'FORGE5307', summary: 'A linked clone of nothing', text, address } as const]
  return [...both, ...addresses, ...disks, ...settings, ...linked]
}

const twoDisks = `"persistentSize" is a disk named ${persistentDisk}, and "disks" has one of that name as well. Give that another name, or leave "persistentSize" out.`

const twoSources = 'A machine is cloned from a template or boots from an ISO image, and this one names both. Leave "template" or "iso" out.'

const linkedText = ({ inputs, resolved, late }: Placed): string | null => {
  if (late.includes('template')) return null
  if (inputs.template === undefined) return inputs.iso === undefined ? null : sourceless
  const template = resolved.ok ? resolved.places.template : null
  if (template === null || template.snapshot !== null) return null
  return `"${shown(inputs.template)}" has no snapshot, and a linked clone shares the disks of one. Take a snapshot of it, or leave "linked" out.`
}

const sourceless = 'A machine with "linked" has to name the template or machine that it is cloned from. Name one, or leave "linked" out.'
