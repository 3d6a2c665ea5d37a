import type { PlainMap, Value } from '@forgeplan/model'
import { groupUnit, isLate, late, memberAddress, normaliseObject, reduce } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import { linuxkit } from '../src/index.ts'

const who = { address: memberAddress(groupUnit('hosts'), '1'), id: '1', ordinal: 1, name: 'lab-hosts-1' }
const prepared = (given: PlainMap): Value => linuxkit.prepare(normaliseObject(linuxkit.config, given), who).init
const userData = (given: PlainMap): unknown => JSON.parse(String(prepared(given)))

describe('what a machine of LinuxKit is given', () => {
  it('has the SSH keys where its service sshd looks for them', () => {
    expect(userData({ sshKeys: ['ssh-ed25519 AAAA a', 'ssh-rsa BBBB "b"'] })).toEqual({
      ssh: { entries: { authorized_keys: { content: 'ssh-ed25519 AAAA a\nssh-rsa BBBB "b"\n', perm: '0600' } } },
    })
  })

  it('has files in folders, beside the keys', () => {
    const files = { 'docker/daemon.json': '{}', '/docker/certs/ca.pem': 'PEM', 'ssh/sshd_config': 'UseDNS no', motd: 'hello' }
    expect(userData({ files, sshKeys: ['k'] })).toEqual({
      docker: { entries: { 'daemon.json': { content: '{}' }, certs: { entries: { 'ca.pem': { content: 'PEM' } } } } },
      motd: { content: 'hello' },
      ssh: { entries: { sshd_config: { content: 'UseDNS no' }, authorized_keys: { content: 'k\n', perm: '0600' } } },
    })
  })

  it('is the same text in whatever order the files stand', () => {
    expect(prepared({ files: { b: '2', a: '1' } })).toBe(prepared({ files: { a: '1', b: '2' } }))
  })

  it('has an empty file of keys for nobody, since a service that binds it does not start without', () => {
    expect(userData({ sshKeys: [] })).toEqual({ ssh: { entries: { authorized_keys: { content: '', perm: '0600' } } } })
  })

  it('is nothing where nothing is given', () => {
    expect([prepared({}), prepared({ files: {} })]).toEqual([null, null])
    expect(linuxkit.prepare({ tags: { role: 'docker' } }, who).tags).toEqual({ role: 'docker' })
  })

  it('may hold what is known only later', () => {
    const { init } = linuxkit.prepare({ files: { manager: late({ kind: 'env', name: 'MANAGER' }) } }, who)
    expect(isLate(init)).toBe(true)
    expect(JSON.parse(String(reduce(init, () => '10.0.0.1')))).toEqual({ manager: { content: '10.0.0.1' } })
  })

  it('with a folder and a file of one name has the folder', () => {
    expect(userData({ files: { a: '1', 'a/b': '2' } })).toEqual({ a: { entries: { b: { content: '2' } } } })
  })
})

it('is asked for its health as others are', () => {
  expect(linuxkit.hasHealth({ health: { http: {} } })).toBe(true)
  expect(linuxkit.hasHealth({})).toBe(false)
})
