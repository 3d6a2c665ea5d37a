import type { Call, Forecast, Touched, Wanted } from '@forgeplan/sdk'
import type { Finding } from '../preflight/finding.ts'
import { diagnosticsOf } from '../preflight/finding.ts'
import { placeFinding } from '../preflight/places.ts'
import type { NeedOf } from '../preflight/needs.ts'
import { privilegeFindings } from '../preflight/privileges.ts'
import type { VsphereImageInputs } from './image-type.ts'
import type { Wish } from './in-the-way.ts'
import { inTheWay } from './in-the-way.ts'
import type { Shelf } from './shelf.ts'
import type { ImageTools } from './tools.ts'

/** Problems that pushing these images, and changing those, would meet: where they go, how they are made, privileges. */
export const imagePreflight = async (
  { client, shelves }: Pick<ImageTools, 'client' | 'shelves'>,
  { wanted, touched }: { readonly wanted: readonly Wanted<VsphereImageInputs>[]; readonly touched: readonly Touched<VsphereImageInputs>[] },
  { signal }: Pick<Call, 'signal'>,
): Promise<readonly Forecast[]> => {
  const findings: Finding[] = wanted.flatMap(formatFindings)
  const isNew = new Set<Wish>(wanted)
  const needs: NeedOf[] = []
  for (const wish of [...wanted, ...touched]) {
    const { datastore, datacenter } = wish.inputs
    if (datastore === undefined) continue
    const shelf = await shelves.choose({ datastore, ...(datacenter === undefined ? {} : { datacenter }) }, signal)
    if (shelf.ok) {
      needs.push(needOf(wish, shelf.value))
      if (isNew.has(wish)) findings.push(...(await inTheWay(shelf.value, wish, signal)))
    } else findings.push(...shelf.problems.map((problem) => placeFinding(problem, wish.address, false)))
  }
  // A standalone host grants its few users what they ask for, and may not be asked.
  const isAsked = client.content.about.apiType === 'VirtualCenter'
  return diagnosticsOf([...findings, ...(isAsked ? await privilegeFindings(client, needs, signal) : [])])
}

const needOf = ({ address }: Wish, { place }: Shelf): NeedOf => ({
  ref: place.datastore.ref,
  label: `the datastore "${place.datastore.name}"`,
  privileges: ['Datastore.Browse', 'Datastore.FileManagement'],
  address,
})

const formatFindings = ({ address, inputs }: Wish): readonly Finding[] =>
  inputs.format === 'kernel+initrd'
    ? [
        {
          severity: 'error',
          code: 'FORGE5317',
          summary: 'An image that machines of vSphere cannot boot',
          text: 'Machines of vSphere boot from CD-ROM images and not from a kernel: leave out format, or push this image to another provider.',
          address,
        },
      ]
    : []
