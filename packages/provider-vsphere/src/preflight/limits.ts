import { folderNames } from '../vm/naming.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './placed.ts'

/** What a standalone ESXi host cannot do. */
export const limitFindings = ({ address, inputs, placement }: Placed): readonly Finding[] => {
  const texts = [
    ...(placement.cluster === undefined ? [] : [clusters]),
    ...(placement.template === undefined ? [] : [clones]),
    ...(inputs.vsphereTags === undefined && inputs.customAttributes === undefined ? [] : [labels]),
    ...(inputs.antiAffinity === true ? [apart] : []),
    ...(folderNames(inputs.folder ?? '/').length === 0 ? [] : [folders]),
  ]
  return texts.map((text) => ({
    severity: 'error',
    code: 'FORGE5311',
    summary: 'A standalone ESXi host cannot do this',
    text,
    address,
  }))
}

const clusters = 'A standalone host is in no cluster. Leave "cluster" out, or connect to the vCenter.'
const clones =
  'Cloning is done by vCenter, and a standalone host has no templates. Boot from an ISO image with "iso", or connect to the vCenter.'
const labels =
  'vSphere tags and custom attributes are kept by vCenter. Leave "vsphereTags" and "customAttributes" out, or connect to the vCenter.'
const apart = 'A standalone host is the only one, and keeps no machines apart. Leave "antiAffinity" out, or connect to the vCenter.'
const folders =
  'Folders of machines are kept by vCenter, and a standalone host has one for all. Leave "folder" out, or set it to "/", or connect to the vCenter.'
