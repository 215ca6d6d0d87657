import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UdpSocket } from '@partyline/sockets'
import { ECHO_LIMITS } from './reflection-guard.ts'
import { udpEcho } from './udp-echo.ts'

test('udpEcho sends back each datagram, whole, to its sender, and says so', async () => {
  await using server = await UdpSocket.bind()
  const lines: string[] = []
  const done = udpEcho(server, { announce: (line) => lines.push(line) })
  await using ann = await UdpSocket.bind()
  await using bob = await UdpSocket.bind()
  const all = Buffer.from(Uint8Array.from({ length: 60_000 }, (_, n) => n))
  for (const data of [Buffer.from('hello'), Buffer.alloc(0), all]) {
    for (const client of [ann, bob]) {
      await client.sendTo(data, server.local.port, '127.0.0.1')
      assert.deepEqual(await client.recvFrom(), { data, from: server.local })
    }
  }
  const [a, b] = [ann, bob].map(({ local }) => `Echoing data back to ('127.0.0.1', ${local.port})`)
  assert.deepEqual(lines, [a, b, a, b, a, b])
  await server.close()
  await done
})

test('udpEcho over IPv6 writes the address of its caller', async (t) => {
  const server = await UdpSocket.bind(0, '::1').catch(() => undefined)
  if (server === undefined) return t.skip('this machine has no IPv6')
  const said = new Promise((resolve) => void udpEcho(server, { announce: resolve }))
  await using client = await UdpSocket.bind(0, '::1')
  await client.sendTo('hi', server.local.port, '::1')
  assert.equal(await said, `Echoing data back to ('::1', ${client.local.port})`)
  assert.equal((await client.recvFrom()).data.toString(), 'hi')
  await server.close()
})

test('udpEcho answers at most 100 datagrams of one address in a second', async () => {
  await using server = await UdpSocket.bind()
  await using client = await UdpSocket.bind()
  await using last = await UdpSocket.bind()
  let time = 0
  let asked = 0
  const now = (): number => {
    asked += 1
    return time
  }
  let answered = 0
  const announce = (): void => {
    answered += 1
  }
  const done = udpEcho(server, { now, announce })
  const atFirst = asked
  const exchange = async (from: UdpSocket, data: string): Promise<void> => {
    await from.sendTo(data, server.local.port, '127.0.0.1')
    await from.recvFrom()
  }
  for (let n = 0; n < ECHO_LIMITS.perAddress; n += 1) await exchange(client, `${n}`)
  for (let n = 0; n < 50; n += 1) await client.sendTo('too many', server.local.port, '127.0.0.1')
  while (asked < atFirst + ECHO_LIMITS.perAddress + 50) await new Promise(setImmediate)
  time = 1000
  await exchange(last, 'again')
  assert.equal(answered, ECHO_LIMITS.perAddress + 1)
  assert.equal(client.waiting, 0)
  await server.close()
  await done
})

test('two udpEcho that are made to talk to each other stop by themselves', async () => {
  await using one = await UdpSocket.bind()
  await using other = await UdpSocket.bind()
  let answers = 0
  const announce = (): void => {
    answers += 1
  }
  const now = (): number => 0 // the buckets do not fill
  const done = [udpEcho(one, { announce, now }), udpEcho(other, { announce, now })]
  // As a datagram with a forged sender would arrive.
  await one.sendTo('ping', other.local.port, '127.0.0.1')
  while (answers === 0) await new Promise(setImmediate)
  let before = 0
  while (answers > before) {
    before = answers
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
  }
  assert.ok(answers >= 1 && answers <= 2 * ECHO_LIMITS.perAddress, `${answers} answers`)
  await Promise.all([one.close(), other.close(), ...done])
})

test('udpEcho does not begin to talk with a server on the port of ours', async () => {
  await using server = await UdpSocket.bind()
  await using client = await UdpSocket.bind()
  const lines: string[] = []
  const done = udpEcho(server, { announce: (line) => lines.push(line) })
  await server.sendTo('ping', server.local.port, '127.0.0.1') // as if it had sent this to itself
  await client.sendTo('hello', server.local.port, '127.0.0.1')
  assert.equal((await client.recvFrom()).data.toString(), 'hello')
  assert.equal(lines.length, 1)
  await server.close()
  await done
})
