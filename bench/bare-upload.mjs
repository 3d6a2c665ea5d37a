// The client alone: log in, upload a file, take it away, log out. Prints the seconds of the upload.
import { connect, fileSource } from '@forgeplan/vsphere-soap'
import { removeFile } from './remove-file.mjs'

const [, , port, path, name] = process.argv
const client = await connect({ server: `127.0.0.1:${port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
const source = await fileSource(path)
const began = performance.now()
await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path: name }, source)
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }))
await removeFile(client, name)
await client.close()
