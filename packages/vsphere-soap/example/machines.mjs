// Lists the machines of a vCenter: VSPHERE_SERVER, VSPHERE_USER, VSPHERE_PASSWORD and, for a certificate that no authority
// vouches for, VSPHERE_THUMBPRINT. To try it, start a simulated one with `npm run vcsim`; any user and password will do.
import { connect, isA } from '@forgeplan/vsphere-soap'

const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new Error('Interrupted.')))

const {
  VSPHERE_SERVER: server = '',
  VSPHERE_USER: user = '',
  VSPHERE_PASSWORD: password = '',
  VSPHERE_THUMBPRINT: thumbprint,
} = process.env
const trust = thumbprint === undefined ? { kind: 'system' } : { kind: 'thumbprint', thumbprint }

const listMachines = async () => {
  const client = await connect({ server, user, password, trust }, { signal: stop.signal })
  try {
    const query = {
      of: { under: client.content.rootFolder },
      properties: { VirtualMachine: ['name', 'runtime.powerState', 'config.hardware.device'] },
    }
    for await (const { properties, missing } of client.retrieve(query, { signal: stop.signal })) {
      const disks = (properties.get('config.hardware.device') ?? []).filter((device) => isA(device, 'VirtualDisk'))
      const size = disks.reduce((sum, disk) => sum + Number(disk.capacityInKB), 0) / 2 ** 20
      const unread = missing.length > 0 ? `  (${missing.map(({ path, fault }) => `${path}: ${fault}`).join(', ')})` : ''
      console.log(`${String(properties.get('name'))}  ${String(properties.get('runtime.powerState'))}  ${size} GiB${unread}`)
    }
  } finally {
    // Also after Ctrl-C: a session that is not closed stays on the server for half an hour.
    await client.close()
  }
}

listMachines().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
