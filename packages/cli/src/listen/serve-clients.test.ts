import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import { Clients } from './clients.ts'
import { type ClientHandler, serveClients } from './serve-clients.ts'

interface Served {
  readonly served: Promise<void>
  readonly stop: AbortController
  readonly gone: string[]
  readonly connect: () => Promise<TcpSocket>
}

async function serve(t: TestContext, handle: ClientHandler): Promise<Served> {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const stop = new AbortController()
  t.after(() => stop.abort())
  const note = (): void => {}
  const gone: string[] = []
  const served = serveClients(listener, handle, {
    clients: new Clients({ note }),
    note,
    onLeave: (_client, { by }) => gone.push(by),
    signal: stop.signal,
  })
  return { served, stop, gone, connect: () => TcpSocket.connect(port, '127.0.0.1') }
}

test('serveClients closes a connection after its handler, and everything when it is stopped', async (t) => {
  const { served, stop, gone, connect } = await serve(t, async ({ socket }, signal) => {
    await socket.send('welcome\n')
    await socket.recv(undefined, { signal })
  })
  await using first = await connect()
  await first.send('bye')
  assert.equal(await first.readLine(), 'welcome')
  assert.equal(await first.readLine(), null)
  await using second = await connect()
  assert.equal(await second.readLine(), 'welcome')
  stop.abort()
  assert.equal(await second.readLine(), null)
  await second.close()
  await served
  assert.deepEqual(gone, ['us', 'us'])
})

test('serveClients lets what the network did to one client end that one only', async (t) => {
  const { served, stop, connect } = await serve(t, async ({ socket }) => {
    if ((await socket.readLine()) === 'fail') throw new SocketError('reset', { op: 'recv' })
    await socket.send('fine\n')
  })
  await using first = await connect()
  await first.send('fail\n')
  assert.equal(await first.recv(), null)
  await using second = await connect()
  await second.send('go on\n')
  assert.equal(await second.readLine(), 'fine')
  await Promise.all([first.close(), second.close()])
  stop.abort()
  await served
})

test('serveClients rejects with a bug of its handler, and closes everything', async (t) => {
  const { served, connect } = await serve(t, async ({ socket }, signal) => {
    if ((await socket.readLine({ signal })) === 'bug') throw new TypeError('our bug')
  })
  const bystander = await connect()
  const victim = await connect()
  const failed = assert.rejects(served, new TypeError('our bug'))
  await victim.send('bug\n')
  assert.equal(await bystander.recv(), null)
  await Promise.all([bystander.close(), victim.close()])
  await failed
})

test('serveClients does nothing when it was stopped before', async () => {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const note = (): void => {}
  const handle = async (): Promise<void> => assert.fail('nobody can come')
  await serveClients(listener, handle, { clients: new Clients({ note }), note, signal: AbortSignal.abort() })
  assert.equal(listener.status, 'closed')
})
