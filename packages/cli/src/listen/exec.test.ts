import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener } from '@partyline/sockets'
import { all, startListening } from './testing/listening.ts'

test('listen --exec cat gives a client that ends at once everything back', async (t) => {
  const { connect } = await startListening(t, ['--exec', 'cat'])
  const client = await connect()
  const text = '0123456789\n'.repeat(50_000)
  void client.send(text)
  void client.shutdown()
  assert.equal(await all(client), text)
})

test('listen --exec runs a program for each client, and tells it who that is', async (t) => {
  const { connect } = await startListening(t, [
    '-e',
    'echo $PROTO $TCPREMOTEIP $TCPREMOTEPORT $TCPLOCALPORT; cat',
  ])
  const [ann, bob] = [await connect(), await connect()]
  for (const client of [ann, bob]) {
    const [local, remote] = [client.local, client.remote]
    assert.ok('port' in local && 'port' in remote)
    assert.equal(await client.readLine(), `TCP 127.0.0.1 ${local.port} ${remote.port}`)
  }
  await bob.send('both are here\n')
  assert.equal(await bob.readLine(), 'both are here')
})

test('listen --exec ends the connection with the program, and says how that ended', async (t) => {
  const { io, connect } = await startListening(t, ['--exec', 'echo bye; exit 3'])
  const client = await connect()
  assert.equal(await all(client), 'bye\n')
  await client.close()
  await io.stderr.until(/127\.0\.0\.1:\d+: the program ended with 3\n/)
})

test('listen --exec ends the program, and all that it started, when the client is gone', async (t) => {
  // A process in the background holds this connection, so that its end can be seen.
  await using held = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in held.address ? held.address.port : 0
  const command = `bash --norc -c 'exec 3<>/dev/tcp/127.0.0.1/${port}; sleep 1000 <&3 & wait'; echo never`
  const { io, connect } = await startListening(t, ['--exec', command])
  const client = await connect()
  await using holder = await held.accept()
  client.abort()
  await io.stderr.until('reset the connection')
  assert.equal(await holder.recv(), null)
})

test('listen --exec ends the programs when it is stopped, one that does not want to among them', async (t) => {
  const { connect, stop } = await startListening(t, ['--exec', 'trap "" TERM; echo $$; cat; sleep 1000'])
  const client = await connect()
  const pid = Number(await client.readLine())
  assert.equal(await stop(), 0)
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

test('listen --exec serves no more clients than programs are allowed', async (t) => {
  const { io, connect } = await startListening(t, ['--exec', 'cat', '--max', '1'])
  const first = await connect()
  await io.stderr.until('1 here')
  await assert.rejects(
    connect().then((second) => second.recv()),
    { code: 'reset' },
  )
  await first.send('x\n')
  assert.equal(await first.readLine(), 'x')
})
