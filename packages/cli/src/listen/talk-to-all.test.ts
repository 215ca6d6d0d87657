import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { onXterm } from '../testing/xterm.ts'
import { all, startListening, terminalIo } from './testing/listening.ts'

test('listen shows the bytes of its clients untouched, and says who comes and goes', async (t) => {
  const { io, port, connect, stop } = await startListening(t)
  const client = await connect()
  const name = `127.0.0.1:${'port' in client.local ? client.local.port : 0}`
  await client.send('hello\u001b[31m\r\n\0')
  await client.shutdown()
  assert.equal(await all(client), '')
  await io.stderr.until('closed after')
  assert.equal(await stop(), 0)
  assert.equal(io.stdout.text, 'hello\u001b[31m\r\n\0')
  assert.match(
    io.stderr.text.replace(/after [\d.]+ s/, 'after 0.0 s'),
    new RegExp(
      `^\\* listening on 127\\.0\\.0\\.1:${port}\n\\* ${name} connected \\(1 here\\)\n` +
        `\\* ${name} closed after 0\\.0 s \\(received 13 B, sent 0 B\\)\n$`,
    ),
  )
})

test('listen sends what is piped in to every client, and ends its side after it', async (t) => {
  const { io, connect } = await startListening(t)
  const clients = [await connect(), await connect(), await connect()]
  await io.stderr.until('3 here')
  io.stdin.end('one\ntwo')
  assert.deepEqual(await Promise.all(clients.map(all)), ['one\ntwo', 'one\ntwo', 'one\ntwo'])
  const late = await connect()
  assert.equal(await all(late), '') // nothing will come: it is told so
  await late.send('but I may speak')
  await io.stdout.until('but I may speak')
})

test('listen loses nothing of an input that was there before the first client', async (t) => {
  const { io, connect } = await startListening(t)
  io.stdin.end('early\n')
  const client = await connect()
  await client.shutdown() // as `nc -N < /dev/null` does at once
  assert.equal(await all(client), 'early\n')
})

test('listen takes no slow client for a lull in its input', async (t) => {
  const { io, connect } = await startListening(t)
  const client = await connect()
  await io.stderr.until('1 here')
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const much = Buffer.alloc(16 * 1024 * 1024, 'x')
  io.stdin.write(much)
  io.stdin.write('the end')
  await client.shutdown()
  await client.recvExactly(1) // what the kernel does not hold of the rest is now waiting to be sent
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  t.mock.timers.tick(1000)
  await client.recvExactly(much.length - 1)
  assert.equal(String(await client.recvExactly(7)), 'the end')
})

test('listen lets clients speak on when its input never had a byte, like /dev/null', async (t) => {
  const { io, connect, stop } = await startListening(t)
  io.stdin.end()
  const client = await connect()
  await client.send('one\n')
  await io.stdout.until('one\n')
  await client.send('two\n')
  await io.stdout.until('two\n')
  await client.shutdown()
  assert.equal(await all(client), '')
  await stop()
})

test('listen --no-half-close leaves its side open at the end of the input, -C makes CR LF', async (t) => {
  const { io, connect } = await startListening(t, ['--no-half-close', '-C'])
  const client = await connect()
  io.stdin.end('a\nb\r\n')
  assert.equal(await client.readLine(), 'a')
  assert.equal((await client.recvExactly(3)).toString(), 'b\r\n')
  await client.send('still here')
  await io.stdout.until('still here')
  assert.equal(client.state, 'open')
})

test('listen --quit-after ends after the input', async (t) => {
  const { io, connect, code } = await startListening(t, ['--quit-after', '0.01', '--no-half-close'])
  const client = await connect()
  io.stdin.end('bye\n')
  assert.equal(await all(client), 'bye\n')
  assert.equal(await code, 0)
})

test('listen serves thirty clients at once, and one that never reads holds up nobody', async (t) => {
  const { io, connect, stop } = await startListening(t)
  const deaf = await connect()
  deaf.node.pause()
  const clients = await Promise.all(Array.from({ length: 30 }, connect))
  await io.stderr.until('31 here')
  for (const [index, client] of clients.entries()) await client.send(`client ${index}\n`)
  for (const index of clients.keys()) await io.stdout.until(`client ${index}\n`)
  io.stdin.write('good morning\n')
  for (const client of clients) assert.equal(await client.readLine(), 'good morning')
  assert.equal(await stop('SIGTERM'), 0)
  assert.deepEqual(
    await Promise.all(clients.map(all)),
    clients.map(() => ''),
  )
  assert.doesNotMatch(io.stderr.text, /Warning/)
})

test('listen says that a client reset the connection, and goes on', async (t) => {
  const { io, connect } = await startListening(t)
  const rude = await connect()
  await rude.send('bye')
  await io.stdout.until('bye')
  rude.abort()
  await io.stderr.until(/reset the connection after [\d.]+ s \(received 3 B, sent 0 B\)\n/)
  const next = await connect()
  await next.send('hello')
  await io.stdout.until('hello')
})

test('listen --max refuses one client too many, and says so', async (t) => {
  const { io, connect } = await startListening(t, ['--max', '1'])
  const first = await connect()
  await io.stderr.until('1 here')
  const second = connect().then((socket) => socket.recv())
  await assert.rejects(second, { code: 'reset' })
  await io.stderr.until(/was refused: as many as may be are here already\n/)
  await first.send('still here')
  await io.stdout.until('still here')
})

test('listen --wait lets a client go that is silent for too long', async (t) => {
  const { io, connect } = await startListening(t, ['-w', '0.02'])
  await connect()
  await io.stderr.until(
    /was closed after [\d.]+ s \(received 0 B, sent 0 B\): nothing came or went for too long\n/,
  )
})

test('listen ends with 0 when nobody reads its output any more', async (t) => {
  const { io, connect, code } = await startListening(t)
  const client = await connect()
  await client.send('hello')
  await io.stdout.until('hello')
  io.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  assert.equal(await code, 0)
})

test('listen fails when its input cannot be read, and does not show that as the end of it', async (t) => {
  const { io, connect, code } = await startListening(t)
  const client = await connect()
  io.stdin.write('half')
  assert.equal((await client.recvExactly(4)).toString(), 'half')
  io.stdin.destroy(new Error('EIO: i/o error'))
  assert.equal(await code, 1)
  assert.match(io.stderr.text, /partyline: cannot read the input: EIO: i\/o error\.\n$/)
})

describe('listen at a terminal', () => {
  onXterm()

  test('listen at a terminal sends typed lines to all, and nothing to nobody', async (t) => {
    const { io, connect } = await startListening(t, [], terminalIo())
    await io.stdout.until('> ')
    io.stdin.write('too early\r')
    await io.stdout.until('* nobody is here: that was not sent')
    const [ann, bob] = [await connect(), await connect()]
    await io.stdout.until('2 here')
    io.stdin.write('hello both\r')
    assert.equal(await ann.readLine(), 'hello both')
    assert.equal(await bob.readLine(), 'hello both')
  })

  test('listen at a terminal makes text harmless, and says whose it is when there are two', async (t) => {
    const { io, connect } = await startListening(t, ['--no-color'], terminalIo())
    const ann = await connect()
    await ann.send('\u001b[2Jhello\n')
    await io.stdout.until('␛[2Jhello\n')
    const bob = await connect()
    await io.stdout.until('2 here')
    await bob.send('gr\xfc\xdfe\n')
    await io.stdout.until(/127\.0\.0\.1:\d+ grüße\n/)
    assert.doesNotMatch(io.stdout.text, /127\.0\.0\.1:\d+ ␛/)
  })

  test('listen at a terminal keeps what is being typed', async (t) => {
    const { io, connect } = await startListening(t, [], terminalIo())
    const ann = await connect()
    await io.stdout.until('1 here')
    io.stdin.write('half a li')
    await io.stdout.until(/li$/)
    await ann.send('news\n')
    await io.stdout.until(/news\n[^\n]*> half a li[^\n]*$/)
    io.stdin.write('ne\r')
    assert.equal(await ann.readLine(), 'half a line')
  })

  test('listen at a terminal closes when the client ends, and ends with Ctrl-D after the last', async (t) => {
    const { io, connect, code } = await startListening(t, [], terminalIo())
    const [ann, bob] = [await connect(), await connect()]
    await io.stdout.until('2 here')
    await ann.shutdown()
    assert.equal(await all(ann), '')
    io.stdin.write('\u0004')
    assert.equal(await all(bob), '') // our side has ended, theirs may go on
    await io.stderr.until('no more clients; over when everybody has left (1 here)')
    await assert.rejects(connect(), { code: 'refused' })
    await bob.send('last words\n')
    await io.stdout.until('last words\n')
    await bob.close()
    assert.equal(await code, 0)
  })

  test('listen at a terminal ends with Ctrl-C', async (t) => {
    const { io, connect, code } = await startListening(t, [], terminalIo())
    const ann = await connect()
    await io.stdout.until('1 here')
    io.stdin.write('\u0003')
    assert.equal(await code, 0)
    assert.equal(await all(ann), '')
  })
})
