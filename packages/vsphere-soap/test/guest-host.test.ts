import { expect, it } from 'vitest'
import { makeAuthority } from '../../../test/support/certificate.ts'
import { bytesSource, connect } from '../src/index.ts'
import type { Behaviour } from './support/hostile-server.ts'
import { afterLogin, envelope, methodOf, startServer } from './support/hostile-server.ts'

// A vCenter sends a guest's file straight to the host that runs the machine, which has a certificate of its own. The
// simulator never does.
const authority = makeAuthority()
const login = { vm: { type: 'VirtualMachine', value: 'vm-1' }, user: 'root', password: 'hunter2' }

const property = (path: string, known: Readonly<Record<string, string>>): string =>
  path in known ? `<propSet><name>${path}</name>${known[path]}</propSet>` : ''

const vcenter = (url: string, thumbprint: string): Behaviour =>
  afterLogin((_request, response, body) => {
    const method = methodOf(body)
    const known = {
      processManager: '<val type="GuestProcessManager" xsi:type="ManagedObjectReference">p</val>',
      fileManager: '<val type="GuestFileManager" xsi:type="ManagedObjectReference">f</val>',
      'runtime.host': '<val type="HostSystem" xsi:type="ManagedObjectReference">host-1</val>',
      'summary.config.sslThumbprint': `<val xsi:type="xsd:string">${thumbprint}</val>`,
    }
    const paths = [...body.matchAll(/<pathSet>([^<]+)</g)].map((match) => property(match[1] ?? '', known))
    const objects = `<objects><obj type="X">x</obj>${paths.join('')}</objects>`
    const result = method === 'RetrievePropertiesEx' ? objects : url.replaceAll('&', '&amp;')
    response.end(envelope(`<${method}Response xmlns="urn:vim25"><returnval>${result}</returnval></${method}Response>`))
  })

const upload = async (told: 'its own' | 'another'): Promise<{ readonly outcome: unknown; readonly received: readonly string[] }> => {
  const identity = makeAuthority('host').issue('esx.example')
  const thumbprint = told === 'its own' ? identity.sha1 : makeAuthority().sha1
  await using host = await startServer(identity, (_request, response) => void response.end())
  await using server = await startServer(
    authority.issue('127.0.0.1'),
    vcenter(`https://127.0.0.1:${host.port}/guestFile?id=1&token=2`, thumbprint),
  )
  const settings = { server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', trust: { kind: 'ca', pem: authority.cert } } as const
  await using client = await connect(settings)
  const outcome = await client.guests.upload(login, '/tmp/x', bytesSource(Buffer.from('12345'))).catch((error: unknown) => error)
  return { outcome, received: [...host.requests] }
}

it('a guest’s file goes to the host whose certificate vCenter knows', async () => {
  const { outcome, received } = await upload('its own')
  expect(outcome).toMatchObject({ bytes: 5 })
  expect(received).toEqual(['12345'])
})

it('and not to one with another certificate', async () => {
  const { outcome, received } = await upload('another')
  expect(outcome).toMatchObject({ kind: 'certificate' })
  expect(received).toEqual([])
})
