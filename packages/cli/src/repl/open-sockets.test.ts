import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener, TcpSocket, UdpSocket } from '@partyline/sockets'
import * as berkeley from '@partyline/sockets/berkeley'
import { interruption } from './evaluator.ts'
import { OpenSockets } from './open-sockets.ts'

test('OpenSockets closes what was opened, and not what closed before', async () => {
  const sockets = new OpenSockets()
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const [client, server] = await Promise.all([TcpSocket.connect(port, '127.0.0.1'), listener.accept()])
  const udp = await UdpSocket.bind(0, '127.0.0.1')
  await client.send('last words')
  await sockets.close(60_000)
  assert.equal(listener.status, 'closed')
  const [info] = await Promise.all([client.closed, server.closed])
  assert.deepEqual([info.error, info.bytesOut], [undefined, 10])
  await assert.rejects(udp.recvFrom(), { code: 'closed' })
  await using later = await TcpListener.listen(0, '127.0.0.1')
  assert.equal(later.status, 'listening')
})

test('OpenSockets lets an interrupted call go, so that the next one gets what comes', async () => {
  const sockets = new OpenSockets()
  const interrupted = new AbortController()
  const inStatement = <T>(call: () => Promise<T>): Promise<T> => interruption.run(interrupted.signal, call)

  const server = berkeley.socket()
  await server.bind(['127.0.0.1', 0])
  await server.listen()
  const client = berkeley.socket()
  const udp = await UdpSocket.bind(0, '127.0.0.1')
  const accepting = inStatement(() => server.accept())
  const receiving = inStatement(() => udp.recvFrom())
  interrupted.abort()
  await assert.rejects(accepting, { code: 'aborted' })
  await assert.rejects(receiving, { code: 'aborted' })

  await client.connect(server.getsockname())
  const [connection] = await server.accept()
  await assert.rejects(
    inStatement(() => client.recv(10)),
    { code: 'aborted' },
  )
  await connection.send('hi')
  assert.equal(String(await client.recv(10)), 'hi')
  await sockets.close(60_000)
})

test('OpenSockets keeps the signal that a call brings itself, and how a socket looks', async () => {
  const sockets = new OpenSockets()
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const running = new AbortController()
  await interruption.run(running.signal, async () => {
    await assert.rejects(listener.accept({ signal: AbortSignal.abort() }), { code: 'aborted' })
    await assert.rejects(listener.accept({ timeout: 0 }), { code: 'timeout' })
  })
  assert.ok(!Object.keys(listener).includes('accept'))
  await sockets.close(0)
})
