import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openMonitor } from '../src/qemu/qmp.ts'

const makeChannel = () => {
  const written: string[] = []
  const channel = new Duplex({
    read: () => undefined,
    write(chunk, _, done) {
      written.push(String(chunk))
      done()
    },
  })
  return { channel, written }
}

test('a monitor is ready when qemu has accepted it, and keeps what qemu said about its end', async () => {
  const { channel, written } = makeChannel()
  const monitor = openMonitor(channel)
  channel.push('{"QMP": {}}\n')
  await turn()
  expect(written).toEqual(['{"execute":"qmp_capabilities"}\n'])
  channel.push('{"return": {}}\nno JSON\n{"event": "SHUTDOWN", "data": {"reason": "guest-shutdown"}}\n')
  await monitor.ready
  await turn()
  expect(monitor.seen()).toEqual({ reason: 'guest-shutdown', panicked: false })
})

// qemu that quits with an order unread resets the channel: the supervisor died of it and could not say why its machine ended.
test('a channel that qemu resets is no error of the monitor', async () => {
  const { channel, written } = makeChannel()
  const monitor = openMonitor(channel)
  channel.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  await turn()
  monitor.send('quit')
  expect(written).toEqual([])
  expect(monitor.seen()).toEqual({ reason: null, panicked: false })
})
