// The client alone: log in, read one thing, log out.
import { connect } from '@forgeplan/vsphere-soap'

const client = await connect({ server: `127.0.0.1:${process.argv[2]}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
await client.look(client.content.rootFolder, ['name'])
await client.close()
