// The calls that forge makes for clones and nothing else, by the same client: a process that clones, waits and reads back.
import { randomUUID } from 'node:crypto'
import { connect } from '@forgeplan/vsphere-soap'

const [, , port, size, concurrency, template] = process.argv
const client = await connect({ server: `127.0.0.1:${port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
const { rootFolder, searchIndex } = client.content

const found = new Map()
const names = Object.fromEntries(['VirtualMachine', 'Folder', 'ResourcePool', 'Datastore'].map((type) => [type, ['name']]))
for await (const { ref, properties } of client.retrieve({ of: { under: rootFolder }, properties: names })) {
  found.set(`${ref.type}:${String(properties.get('name'))}`, ref)
}
const the = (type, name) => found.get(`${type}:${name}`)
const folder = await client.call('CreateFolder', the('Folder', 'vm'), { name: 'bare' })
const location = { pool: the('ResourcePool', 'Resources'), datastore: the('Datastore', 'LocalDS_0') }

const paths = [
  'name',
  'parent',
  'runtime.powerState',
  'config.instanceUuid',
  'config.hardware.numCPU',
  'config.annotation',
  'guest.ipAddress',
]
const setting = (key) => ({ $type: 'OptionValue', key, value: key.repeat(40) })

const cloneOne = async (index) => {
  const instanceUuid = randomUUID()
  await client.call('FindByUuid', searchIndex, { uuid: instanceUuid, vmSearch: true, instanceUuid: true })
  const config = { instanceUuid, numCPUs: 2, memoryMB: 1024, extraConfig: [setting('bare.mark'), setting('bare.state')] }
  const spec = { location, template: false, config, powerOn: true }
  const ref = await client.run('CloneVM_Task', the('VirtualMachine', template), { folder, name: `bare-${index}`, spec })
  await client.look(ref, paths)
}

let next = 0
const worker = async () => {
  while (next < Number(size)) await cloneOne(next++)
}
await Promise.all(Array.from({ length: Number(concurrency) }, worker))
await client.close()
