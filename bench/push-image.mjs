// The provider alone: an image that is there already becomes one of a datastore. Prints the seconds until it is uploaded and its size is
// read back, and those until its digest is, too.
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { imageUnit, lineage, stackName, uid, versionAddress } from '@forgeplan/model'
import { vsphere } from '../packages/provider-vsphere/dist/index.js'

const [, , port, path, name, sha256] = process.argv
const settings = { url: `127.0.0.1:${port}`, username: 'user', password: 'pass', insecure: true }
const { signal } = new AbortController()
const made = { suffix: '.iso', path, size: statSync(path).size, sha256 }
const images = { make: () => Promise.resolve([made]) }
const session = await vsphere.open(settings, { directory: dirname(path), signal, images })

const own = uid(randomUUID())
const address = versionAddress(imageUnit(name), sha256.slice(0, 12))
const mark = { lineage: lineage(randomUUID()), stack: stackName('bench'), uid: own, address, generation: 1, specDigest: '0'.repeat(64) }
const target = { uid: own, address, type: vsphere.image, mark, id: null, handle: null, begunAt: null }
const inputs = { name, digest: sha256, format: 'iso', plugin: 'linuxkit', config: {}, datastore: 'LocalDS_0', folder: 'images' }

let uploaded = null
const progress = (words) => {
  if (words === 'reading the image back') uploaded ??= performance.now()
}
const call = { signal, progress, record: () => Promise.resolve(), now: () => Date.now(), sleep: () => Promise.resolve() }
const handler = session.handlers.get(vsphere.image)
const began = performance.now()
const { id } = await handler.apply('create', target, inputs, { kind: 'absent' }, call)
const since = (end) => (end - began) / 1000
console.log(JSON.stringify({ uploadSeconds: since(uploaded), seconds: since(performance.now()) }))
await handler.delete({ ...target, id }, { kind: 'absent' }, call)
await session[Symbol.asyncDispose]()
