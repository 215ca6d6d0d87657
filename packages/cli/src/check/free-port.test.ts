import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener, UdpSocket } from '@partyline/sockets'
import { freePort } from './free-port.ts'

test('freePort returns a port on which a program can listen, and not one that the system would give to others', async () => {
  const tcp = await freePort('tcp', '127.0.0.1')
  const udp = await freePort('udp', '127.0.0.1')
  await using _tcp = await TcpListener.listen(tcp, '127.0.0.1')
  await using _udp = await UdpSocket.bind(udp, '127.0.0.1')
  for (const port of [tcp, udp]) assert.ok(port >= 20_000 && port < 32_768, String(port))
})

test('freePort rejects for an address that this machine does not have', async () => {
  await assert.rejects(freePort('tcp', '192.0.2.1'), { code: 'address-unavailable' })
})

test('freePort gives no port twice, to whoever asks at the same time', async () => {
  const ports = await Promise.all(Array.from({ length: 100 }, () => freePort('tcp', '127.0.0.1')))
  assert.equal(new Set(ports).size, ports.length)
})
