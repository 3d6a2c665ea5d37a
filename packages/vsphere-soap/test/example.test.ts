import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { makeAuthority } from '../../../test/support/certificate.ts'
import type { SoapProxy } from '../../../test/support/soap-proxy.ts'
import { startProxy } from '../../../test/support/soap-proxy.ts'
import { useLab } from './support/lab.ts'

const example = join(import.meta.dirname, '../example/machines.mjs')

const start = (server: string, thumbprint?: string) => {
  const env = { ...process.env, VSPHERE_SERVER: server, VSPHERE_USER: 'user', VSPHERE_PASSWORD: 'hunter2' }
  const pinned = thumbprint === undefined ? env : { ...env, VSPHERE_THUMBPRINT: thumbprint }
  const child = spawn(process.execPath, [example], { env: pinned, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, text }))
  return { child, ended }
}

describe.skipIf(!hasVcsim())('the example', () => {
  const lab = useLab(['-vm', '1', '-cluster', '0'])

  it('says which certificate it met and, told its thumbprint, lists the machines', async () => {
    const { server } = lab.settings()
    const first = await start(server).ended
    expect(first.code).toBe(1)
    const thumbprint = /SHA-256 thumbprint is ([0-9A-F:]+)/.exec(first.text)?.[1]
    expect(await start(server, thumbprint).ended).toEqual({ code: 0, text: 'DC0_H0_VM0  poweredOn  10 GiB\n' })
  })

  it.each(['RetrieveServiceContent', 'Login', 'CreateContainerView', 'RetrievePropertiesEx'])(
    'logs out when it is interrupted during %s',
    async (method) => {
      const identity = makeAuthority().issue('127.0.0.1')
      const port = Number(lab.settings().server.split(':')[1])
      await using proxy: SoapProxy = await startProxy(identity, port, (called) =>
        called === method ? { kind: 'delay', ms: 400 } : { kind: 'pass' },
      )
      const { child, ended } = start(`127.0.0.1:${proxy.port}`, identity.sha256)
      while (!proxy.calls.includes(method)) await delay(5)
      child.kill('SIGINT')
      expect(await ended).toEqual({ code: 1, text: 'Interrupted.\n' })
      const count = (name: string): number => proxy.calls.filter((each) => each === name).length
      expect(count('Logout')).toBe(count('Login'))
    },
  )
})
