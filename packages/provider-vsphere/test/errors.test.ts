import { ProviderError } from '@forgeplan/sdk'
import { VsphereFault } from '@forgeplan/vsphere-soap'
import { expect, test } from 'vitest'
import { asProviderError } from '../src/errors.ts'

test('a refused login is told without the words of the protocol', () => {
  const error = asProviderError(new VsphereFault('Login', 'InvalidLogin', 'Login failure', { $type: 'InvalidLogin' }))
  expect(error).toMatchObject({ kind: 'denied', message: 'The server refuses this user name and password.' })
})

test('a missing privilege is told with its name and the object', () => {
  const object = { type: 'Folder', value: 'group-3' }
  const detail = { $type: 'NoPermission', object, privilegeId: 'Folder.Create' } as const
  expect(asProviderError(new VsphereFault('CreateFolder', 'NoPermission', 'Permission denied', detail))).toMatchObject({
    kind: 'denied',
    message: 'This login lacks the privilege Folder.Create on Folder group-3.',
  })
  const older = { $type: 'NoPermission', object, missingPrivileges: [{ entity: object, privilegeIds: ['A.B', 'A.C'] }] } as const
  expect(asProviderError(new VsphereFault('CreateFolder', 'NoPermission', '', older))).toMatchObject({
    message: 'This login lacks the privilege A.B, A.C on Folder group-3.',
  })
})

test('any other fault keeps its name and text, with one full stop', () => {
  const error = asProviderError(
    new VsphereFault('CloneVM_Task', 'NoDiskSpace', 'The datastore is full.', { $type: 'NoDiskSpace' } as never),
  )
  expect(error).toBeInstanceOf(ProviderError)
  expect(error).toMatchObject({ kind: 'invalid', message: 'CloneVM_Task: NoDiskSpace: The datastore is full.' })
})
