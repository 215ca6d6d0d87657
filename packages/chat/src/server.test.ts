/** The whole server: opening, closing, and what is left afterwards. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError, TcpSocket } from '@partyline/sockets'
import { openServer } from './server.ts'
import { MemoryStore } from './stores/memory.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { SocketStage } from './testing/socket-stage.ts'

/** Of this test file only: a port that one of them does not use is free there, whatever else runs on this machine. */
const HOSTS = ['127.0.0.21', '127.0.0.22'] as const
const CONFIG = { hosts: HOSTS, textPort: 0, name: 'Lab' }

function collect() {
  const [announced, log]: [string[], string[]] = [[], []]
  const hooks = { announce: (line: string) => announced.push(line), log: (line: string) => log.push(line) }
  return { announced, log, hooks }
}

test('openServer listens on all hosts with one port, and announces it once', async () => {
  const { announced, hooks } = collect()
  const server = await openServer(CONFIG, hooks)
  assert.deepEqual(announced, [`Listening on :${server.textPort}`])
  assert.deepEqual(
    server.addresses.map(({ host, port }) => [host, port]),
    [
      [HOSTS[0], server.textPort],
      [HOSTS[1], server.textPort],
    ],
  )
  const client = await TcpSocket.connect(server.textPort, HOSTS[1])
  for (const line of ['-'.repeat(37), 'Welcome to Lab']) assert.equal(await client.readLine(), line)
  client.abort()
  await server.close()
})

test('openServer rejects with a SocketError when the port is taken, and leaves nothing open', async () => {
  const { announced, hooks } = collect()
  const first = await openServer({ ...CONFIG, hosts: [HOSTS[1]] }, hooks)
  const second = openServer({ ...CONFIG, textPort: first.textPort }, hooks)
  await assert.rejects(second, (error) => SocketError.is(error, 'address-in-use') && error.op === 'listen')
  const third = await openServer({ ...CONFIG, hosts: [HOSTS[0]], textPort: first.textPort }, hooks)
  assert.equal(announced.length, 2)
  await Promise.all([first.close(), third.close()])
})

test('ChatServer.close delivers what was said, says goodbye to everybody, and frees the port', async () => {
  const clock = new FakeClock()
  let closes = 0
  const store = new MemoryStore({ now: () => clock.now() })
  store.close = async () => {
    closes += 1
  }
  const stage = await SocketStage.open({ store }, HOSTS[0])
  const [ann, nobody] = [await stage.connect(), await stage.connect()]
  await ann.send('ann\nlast words\n')
  for (let line = 0; line < 4; line += 1) await Promise.all([ann.readLine(), nobody.readLine()])
  assert.equal(await ann.readLine(), 'ann logged in')
  const { server } = stage
  assert.equal(await ann.readLine(), 'ann::last words')
  await Promise.all([server.close('enough'), server.close(), server.closed])
  for (const client of [ann, nobody]) {
    assert.equal(await client.readLine(), 'Server Shutting Down!')
    assert.equal(await client.readLine(), null)
  }
  assert.equal(closes, 1)
  assert.equal(await stage.stderr.next(), 'shutting down: enough')
  await assert.rejects(TcpSocket.connect(server.textPort, HOSTS[0]), (error) =>
    SocketError.is(error, 'refused'),
  )
})

test('ChatServer.close delivers what still waits for its commit', async () => {
  const clock = new FakeClock()
  const stage = await SocketStage.open({ clock, commitWindow: 10 })
  const ann = await stage.connect()
  await ann.send('ann\n')
  for (let line = 0; line < 5; line += 1) await ann.readLine()
  await clock.advance(10)
  await ann.send('one\ntwo\n')
  assert.equal(await ann.readLine(), 'ann::one')
  const closed = stage.server.close()
  await clock.advance(10)
  await closed
  for (const line of ['ann::two', 'Server Shutting Down!', null]) assert.equal(await ann.readLine(), line)
})

test('ChatServer.console: quit ends the server', async () => {
  const { announced, log, hooks } = collect()
  const server = await openServer({ ...CONFIG, hosts: [HOSTS[0]] }, hooks)
  server.console.receive('hello')
  server.console.receive('quit')
  await server.closed
  assert.deepEqual(announced.slice(1), ['console: hello', 'console: quit'])
  assert.deepEqual(log, [
    'there is no command hello: did you mean help? help lists them',
    'shutting down: quit at the console',
  ])
})

test('ChatServer.close does not wait for a store that never answers', async () => {
  const clock = new FakeClock()
  const store = new MemoryStore({ now: () => clock.now() })
  const asked = Promise.withResolvers<void>()
  store.append = () => {
    asked.resolve()
    return new Promise(() => {})
  }
  const stage = await SocketStage.open({ store, clock })
  const ann = await stage.connect()
  await ann.send('ann\n')
  for (let line = 0; line < 5; line += 1) await ann.readLine()
  await ann.send('hello\n/who\n')
  await asked.promise
  const closed = stage.server.close()
  await clock.advance(1000)
  await closed
  const lines = []
  for (let line = await ann.readLine(); line !== null; line = await ann.readLine()) lines.push(line)
  assert.deepEqual([lines[0], lines.at(-1)], ['ann::hello', 'Server Shutting Down!'])
})

test('openServer leaves no timer behind when it is closed', async () => {
  const clock = new FakeClock()
  const stage = await SocketStage.open({ clock })
  const [ann, nobody] = [await stage.connect(), await stage.connect()]
  await ann.send('ann\nhello\nhalf a line')
  for (let line = 0; line < 6; line += 1) await ann.readLine()
  await nobody.readLine()
  assert.ok(clock.pending > 0)
  await stage.server.close()
  assert.equal(clock.pending, 0)
})
