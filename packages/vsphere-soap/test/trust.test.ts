import { createHash } from 'node:crypto'
import { request } from 'node:https'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../../../test/support/certificate.ts'
import { makeAuthority } from '../../../test/support/certificate.ts'
import type { Trust } from '../src/index.ts'
import { UntrustedCertificate, VsphereError, connect } from '../src/index.ts'
import type { TestServer } from './support/hostile-server.ts'
import { afterLogin, startServer } from './support/hostile-server.ts'

const authority = makeAuthority()
const good = authority.issue('127.0.0.1')

const meet = async (identity: Identity, trust: Trust | undefined): Promise<{ readonly error: unknown; readonly server: TestServer }> => {
  await using server = await startServer(
    identity,
    afterLogin(() => undefined),
  )
  try {
    await using client = await connect({ server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', trust })
    expect(client.content.about.apiVersion).toBe('8.0.2.0')
    return { error: null, server }
  } catch (error) {
    return { error, server }
  }
}

describe('a server is believed', () => {
  it.each<readonly [string, Trust]>([
    ['the authority that signed its certificate is named', { kind: 'ca', pem: authority.cert }],
    ['its SHA-256 is', { kind: 'thumbprint', thumbprint: good.sha256 }],
    ['its SHA-1 is', { kind: 'thumbprint', thumbprint: good.sha1 }],
    [
      'its SHA-256 is, without colons and in small letters',
      { kind: 'thumbprint', thumbprint: good.sha256.replaceAll(':', '').toLowerCase() },
    ],
    ['verification is turned off', { kind: 'none' }],
  ])('where %s', async (_where, trust) => {
    expect((await meet(good, trust)).error).toBeNull()
  })

  it('by its thumbprint, although its name and its date are wrong', async () => {
    const old = authority.issue('elsewhere.example', -1)
    expect((await meet(old, { kind: 'thumbprint', thumbprint: old.sha256 })).error).toBeNull()
  })
})

describe('a server is not believed, and is sent nothing', () => {
  const other = makeAuthority('another authority')
  it.each<readonly [string, Identity, Trust | undefined, RegExp]>([
    ['where nothing is said and no authority of the system knows it', good, undefined, /unable to (verify|get)|self-signed/],
    ['where another authority is named', good, { kind: 'ca', pem: other.cert }, /unable to (verify|get)/],
    [
      'where its certificate is for another name',
      authority.issue('elsewhere.example'),
      { kind: 'ca', pem: authority.cert },
      /altnames|cert's/,
    ],
    ['where its certificate has expired', authority.issue('127.0.0.1', -1), { kind: 'ca', pem: authority.cert }, /expired/],
    ['where another thumbprint is named', good, { kind: 'thumbprint', thumbprint: other.sha256 }, /not the one that the thumbprint names/],
  ])('%s', async (_where, identity, trust, why) => {
    const { error, server } = await meet(identity, trust)
    expect(error).toBeInstanceOf(UntrustedCertificate)
    expect(error).toMatchObject({ kind: 'certificate', mayHaveRun: false, sha256: identity.sha256, sha1: identity.sha1 })
    const { message } = error as UntrustedCertificate
    expect(message).toMatch(why)
    expect(message).toContain(identity.sha256)
    expect(message).toContain(identity.sha1)
    expect(message).toContain('put it into the configuration as the thumbprint')
    expect(server.requests).toEqual([])
  })

  it.each(['', 'abc', `${'0'.repeat(64)}0`, 'zz'.repeat(32)])('a thumbprint is refused that is none: %j', async (thumbprint) => {
    const { error } = await meet(good, { kind: 'thumbprint', thumbprint })
    expect(error).toMatchObject({ kind: 'request' })
  })

  it('an authority is refused that is no PEM', async () => {
    const { error } = await meet(good, { kind: 'ca', pem: '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----' })
    expect(error).toBeInstanceOf(VsphereError)
  })
})

it('trusting a server turns nothing off for the rest of the process', async () => {
  await using server = await startServer(
    good,
    afterLogin(() => undefined),
  )
  await using client = await connect({ server: `127.0.0.1:${server.port}`, user: 'u', password: 'p', trust: { kind: 'none' } })
  const code = await new Promise((resolve) => {
    request({ host: '127.0.0.1', port: server.port })
      .once('error', (error) => resolve('code' in error && error.code))
      .end()
  })
  expect(code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined()
  expect(client.content.about.name).toBe('VMware vCenter Server')
})

it('the certificate is judged for every connection and not for the first alone', async () => {
  // The same port, another certificate: as after somebody has put themselves in between.
  const evil = makeAuthority('evil').issue('127.0.0.1')
  await using server = await startServer(
    good,
    afterLogin((_request, response) => void response.socket?.destroy()),
  )
  await using client = await connect({
    server: `127.0.0.1:${server.port}`,
    user: 'u',
    password: 'p',
    trust: { kind: 'thumbprint', thumbprint: good.sha256 },
  })
  server.present(evil)
  const call = client.call('CreateFolder', client.content.rootFolder, { name: 'a' })
  await expect(call).rejects.toMatchObject({ kind: 'lost' })
  const again = client.call('CreateFolder', client.content.rootFolder, { name: 'a' })
  await expect(again).rejects.toBeInstanceOf(UntrustedCertificate)
  server.present(good)
})

it('nobody listens, and that is what it says', async () => {
  const { port } = await (async () => {
    await using server = await startServer(
      good,
      afterLogin(() => undefined),
    )
    return server
  })()
  await expect(connect({ server: `127.0.0.1:${port}`, user: 'u', password: 'p' })).rejects.toMatchObject({
    kind: 'unreachable',
    mayHaveRun: false,
  })
})

it.each(['http://vc', 'ftp://vc', 'https://user:word@vc', '', 'https://'])('%j is no server', async (server) => {
  await expect(connect({ server, user: 'u', password: 'p' })).rejects.toMatchObject({ kind: 'request' })
})

it('thumbprints are those of the certificate as it is sent', () => {
  const raw = Buffer.from(good.cert.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64')
  expect(createHash('sha256').update(raw).digest('hex').toUpperCase()).toBe(good.sha256.replaceAll(':', ''))
})
