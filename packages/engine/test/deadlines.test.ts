import { expect, test } from 'vitest'
import { groupUnit, imageUnit, memberAddress, versionAddress } from '@forgeplan/model'
import { deadlineOf } from '../src/deadlines.ts'

test('A version of an image may take an hour, since it is built and uploaded, and a machine ten minutes', () => {
  expect(deadlineOf(versionAddress(imageUnit('os'), '1a2b3c4d5e6f'))).toBe(3_600_000)
  expect(deadlineOf(memberAddress(groupUnit('web'), '1'))).toBe(600_000)
})
