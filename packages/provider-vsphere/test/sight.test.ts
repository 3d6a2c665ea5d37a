import { remoteId, uid } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import type { Machine } from '../src/vm/machine.ts'
import { machineOf } from '../src/vm/machine.ts'
import { foundOf, observationOf } from '../src/vm/sight.ts'
import { twinsAmong } from '../src/vm/twins.ts'
import { targetOf } from './target.ts'

const own = targetOf(1, { id: remoteId('vm-7') })
const known = { 'config.instanceUuid': own.uid, 'config.extraConfig["forge.mark"].value': JSON.stringify(own.mark) }

const machine = (properties: Readonly<Record<string, unknown>>, fault?: string, value = 'vm-7'): Machine =>
  machineOf({
    ref: { type: 'VirtualMachine', value },
    properties: new Map(Object.entries({ name: 'lab-web-1', parent: { type: 'Folder', value: 'group-v3' }, ...properties })),
    missing: fault === undefined ? [] : [{ path: 'config.instanceUuid', fault, text: '' }],
  })

const see = (each: Machine) => observationOf({ machine: each, details: undefined, labels: {}, folder: '/DC0/vm/web' }, own)

describe('a machine behind a recorded id', () => {
  it('is present with its own mark', () => {
    expect(see(machine({ ...known, 'runtime.powerState': 'poweredOn' }))).toMatchObject({ kind: 'present', status: { kind: 'running' } })
  })

  it('is unreadable where its configuration is not told, since its host may be out of reach', () => {
    expect(see(machine({ 'runtime.powerState': 'poweredOff' })).kind).toBe('unreadable')
  })

  it('is unreadable where the login may not read it', () => {
    expect(see(machine({}, 'NoPermission')).kind).toBe('unreadable')
  })

  it('is absent where the id leads to a stranger', () => {
    expect(see(machine({ 'config.instanceUuid': uid('another') })).kind).toBe('absent')
  })

  it('is a copy with the mark of another', () => {
    expect(see(machine({ ...known, 'config.instanceUuid': uid('another') })).kind).toBe('copy')
  })

  it('is a copy in a sweep where an older one has the same identity', () => {
    const [older, twin, other] = [machine(known, undefined, 'vm-9'), machine(known, undefined, 'vm-10'), machine({})]
    expect([...twinsAmong([twin, other, older])]).toEqual([twin])
    const found = (each: Machine, isTwin: boolean) =>
      foundOf({ machine: each, details: undefined, labels: {}, folder: '' }, isTwin)?.observation
    expect(found(twin, true)).toEqual({ kind: 'copy', id: 'vm-10', of: own.uid })
    expect(found(older, false)).toMatchObject({ kind: 'present', id: 'vm-9' })
  })

  it.each(['not JSON', '[]', '{"lineage":1}', 'null', `"${'x'.repeat(70_000)}"`])('is unmarked with the mark %.20s', (text) => {
    expect(machine({ ...known, 'config.extraConfig["forge.mark"].value': text }).mark).toBeUndefined()
  })

  it.each(['not JSON', '{}', '{"power":"on","folder":["web",3]}', 'null', '[]'])('remembers nothing of the state %s', (text) => {
    expect(machine({ ...known, 'config.extraConfig["forge.state"].value': text }).state).toBeNull()
  })
})
