// Uploads of one file in one process, by the client alone and by the provider, turn by turn and each first in turn. Prints for each pair the
// seconds of the client, those of the provider until the image is uploaded and its size read back, and until its digest is, too.
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { imageUnit, lineage, stackName, uid, versionAddress } from '@forgeplan/model'
import { connect, fileSource } from '@forgeplan/vsphere-soap'
import { vsphere } from '../packages/provider-vsphere/dist/index.js'

const [, , port, path, sha256, pairs] = process.argv
const source = await fileSource(path)
const client = await connect({ server: `127.0.0.1:${port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
const settings = { url: `127.0.0.1:${port}`, username: 'user', password: 'pass', insecure: true }
const { signal } = new AbortController()
const images = { make: () => Promise.resolve([{ suffix: '.iso', path, size: source.bytes, sha256 }]) }
const session = await vsphere.open(settings, { directory: dirname(path), signal, images })
const handler = session.handlers.get(vsphere.image)

const datacenter = async () => {
  const query = { of: { under: client.content.rootFolder }, properties: { Datacenter: ['name'] } }
  for await (const { ref } of client.retrieve(query)) return ref
  throw new Error('There is no datacenter.')
}
const at = await datacenter()

// What is not on the disk yet when a file is taken away does not slow the next one.
const alone = async () => {
  const began = performance.now()
  await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path: 'bare.iso' }, source)
  const seconds = (performance.now() - began) / 1000
  await client.datastores.remove(at, '[LocalDS_0] bare.iso')
  return { alone: seconds }
}

const pushed = async () => {
  const own = uid(randomUUID())
  const address = versionAddress(imageUnit('large'), sha256.slice(0, 12))
  const mark = { lineage: lineage(randomUUID()), stack: stackName('bench'), uid: own, address, generation: 1, specDigest: '0'.repeat(64) }
  const target = { uid: own, address, type: vsphere.image, mark, id: null, handle: null, begunAt: null }
  const inputs = { name: 'large', digest: sha256, format: 'iso', plugin: 'linuxkit', config: {}, datastore: 'LocalDS_0', folder: 'images' }
  let end = null
  const progress = (words) => {
    if (words === 'reading the image back') end ??= performance.now()
  }
  const call = { signal, progress, record: () => Promise.resolve(), now: () => Date.now(), sleep: () => Promise.resolve() }
  const began = performance.now()
  const { id } = await handler.apply('create', target, inputs, { kind: 'absent' }, call)
  const whole = (performance.now() - began) / 1000
  await handler.delete({ ...target, id }, { kind: 'absent' }, call)
  return { uploaded: (end - began) / 1000, whole }
}

const runs = []
for (let pair = 0; pair < Number(pairs); pair++) {
  const turns = pair % 2 === 0 ? [alone, pushed] : [pushed, alone]
  const [first, second] = [await turns[0](), await turns[1]()]
  runs.push({ ...first, ...second })
}
console.log(JSON.stringify(runs))
await session[Symbol.asyncDispose]()
await client.close()
