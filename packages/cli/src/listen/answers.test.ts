import assert from 'node:assert/strict'
import { test } from 'node:test'
import { all, startListening } from './testing/listening.ts'

test('listen --echo sends back any bytes until the end of the client', async (t) => {
  const { io, connect } = await startListening(t, ['--echo'])
  const client = await connect()
  const sent = Buffer.alloc(1_000_000, '0123456789\0\xff', 'latin1')
  void client.send(sent)
  void client.shutdown()
  const chunks: Buffer[] = []
  for await (const chunk of client) chunks.push(chunk)
  assert.ok(Buffer.concat(chunks).equals(sent))
  assert.equal(io.stdout.text, '')
})

test('listen --echo receives no more from a client that takes nothing back', async (t) => {
  const { connect } = await startListening(t, ['--echo'])
  const client = await connect()
  client.node.pause()
  const chunk = Buffer.alloc(65_536)
  const stuck = (async () => {
    // More than any kernel keeps for one connection: a server that kept the rest would take it all.
    for (let i = 0; i < 4096; i++) await client.send(chunk, { timeout: 100 })
  })()
  await assert.rejects(stuck, { code: 'timeout' })
})

test('listen --echo -v shows what comes', async (t) => {
  const { io, connect } = await startListening(t, ['--echo', '-v'])
  const client = await connect()
  await client.send('hello\n')
  assert.equal(await client.readLine(), 'hello')
  await io.stdout.until('hello\n')
})

test('listen --reply answers the first bytes, ends, and still takes what comes', async (t) => {
  const { io, connect } = await startListening(t, ['--reply', 'HTTP/1.0 200 OK\\r\\n\\r\\nhello\\n'])
  const client = await connect()
  await client.send('GET / HTTP/1.0\r\n')
  assert.equal(await all(client), 'HTTP/1.0 200 OK\r\n\r\nhello\n')
  await client.send('Host: here\r\n\r\n')
  await client.close()
  await io.stderr.until('closed after')
  assert.equal(io.stdout.text, 'GET / HTTP/1.0\r\nHost: here\r\n\r\n')
})

test('listen --reply answers a client that only ends, and one that waits for a greeting', async (t) => {
  const { connect } = await startListening(t, ['--reply', 'hi'])
  const silent = await connect()
  const ended = await connect()
  await ended.shutdown()
  assert.equal(await all(ended), 'hi')
  assert.equal(await all(silent), 'hi')
})

test('listen --reply --once ends with its client, and with 6 when that broke', async (t) => {
  const polite = await startListening(t, ['--reply', 'hi', '--once'])
  const client = await polite.connect()
  await client.shutdown()
  assert.equal(await all(client), 'hi')
  await client.close()
  assert.equal(await polite.code, 0)
  const broken = await startListening(t, ['--echo', '--once', '-v'])
  const rude = await broken.connect()
  await rude.send('x')
  await broken.io.stdout.until('x')
  rude.abort()
  assert.equal(await broken.code, 6)
  assert.match(broken.io.stderr.text, /partyline: 127\.0\.0\.1:\d+ reset the connection after .*\.\n$/)
})

test('listen --echo --once stops listening after its client, and ends with the code of a signal', async (t) => {
  const { io, connect, stop } = await startListening(t, ['--echo', '--once'])
  const client = await connect()
  await io.stderr.until('1 here')
  await assert.rejects(connect(), { code: 'refused' })
  await client.send('x')
  assert.equal((await client.recvExactly(1)).toString(), 'x')
  assert.equal(await stop('SIGTERM'), 143)
})
