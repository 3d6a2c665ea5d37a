import type { Client } from '@forgeplan/vsphere-soap'
import { Attributes } from '../../src/labels/attributes.ts'
import { Tags } from '../../src/labels/tags.ts'
import type { LabelSources } from '../../src/labels/seen-labels.ts'

/** What reads labels for a client. */
export const labelsOf = (client: Client): LabelSources => ({ client, attributes: new Attributes(client), tags: new Tags(client) })
