import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { SocketOutlet } from './socket-outlet.ts'

test('SocketOutlet.cut says once why, however often it is cut off', async () => {
  const listener = await TcpListener.listen({ host: '127.0.0.1', port: 0 })
  const { address } = listener
  assert.ok('port' in address)
  const client = await TcpSocket.connect({ host: '127.0.0.1', port: address.port })
  const socket = await listener.accept()
  const said: string[] = []
  const outlet = new SocketOutlet(socket, (line) => said.push(line))
  outlet.cut('it takes its bytes too slowly, 100 are unsent')
  outlet.cut('it takes its bytes too slowly')
  await socket.closed
  outlet.cut('it has taken nothing for 30 s')
  assert.equal(said.length, 1)
  assert.match(said[0] ?? '', /^cut off .*: it takes its bytes too slowly, 100 are unsent$/)
  client.abort(new Error('the end'))
  await listener.close()
})

test('SocketOutlet.cut calls nobody slow whose connection had ended by itself', async () => {
  const listener = await TcpListener.listen({ host: '127.0.0.1', port: 0 })
  const { address } = listener
  assert.ok('port' in address)
  const client = await TcpSocket.connect({ host: '127.0.0.1', port: address.port })
  const socket = await listener.accept()
  const said: string[] = []
  const outlet = new SocketOutlet(socket, (line) => said.push(line))
  outlet.close()
  assert.equal(outlet.trySend(Buffer.from('ann disconnected\n')), false)
  outlet.cut('it takes its bytes too slowly')
  assert.equal((await socket.closed).by, 'us')
  assert.deepEqual(said, [])
  client.abort(new Error('the end'))
  await listener.close()
})
