import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'

/**
 * Machines as InfraKit's vSphere plugin leaves them: `GROUP-1`, `GROUP-2` ... in a folder of the group's name, with the
 * group and the digest of its configuration in the notes, and running.
 */
export const herd = async (client: Client, { group, size }: { readonly group: string; readonly size: number }): Promise<void> => {
  const template = await machineNamed(client, 'DC0_H0_VM0')
  const vmFolder = (await client.look(template, ['parent']))?.properties.get('parent')
  if (!isRef(vmFolder)) throw new Error('no folder of machines')
  const folder = await client.call('CreateFolder', vmFolder, { name: group })
  for (let number = 1; number <= size; number++) {
    const spec = { location: {}, template: false, powerOn: true }
    const made = await client.run('CloneVM_Task', template, { folder, name: `${group}-${String(number)}`, spec })
    if (!isRef(made)) throw new Error('no machine was made')
    // vcsim takes no notes over from the specification of a clone.
    const annotation = `${group}\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NM\n`
    await client.run('ReconfigVM_Task', made, { spec: { annotation, numCPUs: 1, memoryMB: 512 } })
  }
}

const machineNamed = async (client: Client, name: string): Promise<Ref> => {
  const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } }
  for await (const { ref, properties } of client.retrieve(query)) if (properties.get('name') === name) return ref
  throw new Error(`no machine ${name}`)
}
