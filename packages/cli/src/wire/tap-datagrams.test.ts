import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InetAddress, UdpSocket } from '@partyline/sockets'
import { MAX_CLIENTS, tapDatagrams } from './tap-datagrams.ts'

test('tapDatagrams forgets the client that was silent longest when there are too many', async () => {
  await using target = await UdpSocket.bind(0, '127.0.0.1')
  const entrance = await UdpSocket.bind(0, '127.0.0.1')
  const tapped = tapDatagrams(entrance, { target: target.local, tell: () => {}, room: async () => {} })
  const clients = await Promise.all(
    Array.from({ length: MAX_CLIENTS + 1 }, () => UdpSocket.bind(0, '127.0.0.1')),
  )
  /** Sends a datagram as that client; where it comes from, as the target sees it. */
  const send = async (client: UdpSocket | undefined): Promise<InetAddress> => {
    await client?.sendTo('x', entrance.local.port, '127.0.0.1')
    return (await target.recvFrom()).from
  }
  const seen: InetAddress[] = []
  for (const client of clients.slice(0, MAX_CLIENTS)) seen.push(await send(client))
  assert.equal(new Set(seen.map(({ port }) => port)).size, MAX_CLIENTS, 'each has a socket of its own')
  const [first, second, third] = clients
  assert.deepEqual(await send(first), seen[0], 'the first speaks again: the second is silent longest now')
  await send(clients.at(-1))
  // Its answers would go nowhere now: the socket that stood for the second is closed.
  await target.sendTo('late', seen[1]?.port ?? 0, '127.0.0.1')
  await target.sendTo('in time', seen[2]?.port ?? 0, '127.0.0.1')
  assert.equal(String((await third?.recvFrom())?.data), 'in time')
  assert.equal(second?.waiting, 0)
  assert.deepEqual(await send(first), seen[0])
  await entrance.close()
  await tapped
  await Promise.all(clients.map((client) => client.close()))
})
