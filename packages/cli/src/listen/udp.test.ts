import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { UdpSocket } from '@partyline/sockets'
import { main } from '../main.ts'
import { fakeIo } from '../testing/fake-io.ts'
import { onXterm } from '../testing/xterm.ts'
import { startListening, terminalIo } from './testing/listening.ts'

/** Somebody who sends datagrams to a port, until the test is over. */
async function sender(t: TestContext, port: number): Promise<UdpSocket> {
  const socket = await UdpSocket.bind()
  t.after(() => socket.close())
  return socket.connect(port, '127.0.0.1')
}

test('listen -u writes datagrams as they are, and sends its input to whoever spoke last', async (t) => {
  const { io, port, stop } = await startListening(t, ['-u', '-C'])
  io.stdin.write('early\n')
  const [ann, bob] = [await sender(t, port), await sender(t, port)]
  await ann.send('one\u001b[31m')
  await io.stdout.until('one\u001b[31m')
  assert.equal(String((await ann.recvFrom()).data), 'early\r\n')
  await bob.send(' two')
  await io.stdout.until(' two')
  io.stdin.write('hello\n')
  assert.equal(String((await bob.recvFrom()).data), 'hello\r\n')
  assert.equal(ann.waiting, 0)
  assert.equal(await stop(), 0)
  assert.match(io.stderr.text, /^\* listening on udp 127\.0\.0\.1:\d+\n\* 127\.0\.0\.1:\d+ is the first/)
})

test('listen -u --once hears only the first sender, and ends with the code of a signal', async (t) => {
  const { io, port, stop } = await startListening(t, ['-u', '--once'])
  const [ann, bob] = [await sender(t, port), await sender(t, port)]
  await ann.send('one')
  await io.stdout.until('one')
  await bob.send('me too').catch(() => {}) // nobody is there for it any more, and the system may say so
  await ann.send('two')
  await io.stdout.until('two')
  assert.equal(io.stdout.text, 'onetwo')
  assert.equal(await stop('SIGTERM'), 143)
})

test('listen -u --wait ends without datagrams: 5 when none came, else 0', async (t) => {
  const silent = await startListening(t, ['-u', '-w', '0.02'])
  assert.equal(await silent.code, 5)
  assert.match(silent.io.stderr.text, /partyline: no datagram came within 0\.02 s\.\n$/)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const heard = await startListening(t, ['-u', '-w', '2'])
  const ann = await sender(t, heard.port)
  await ann.send('one')
  await heard.io.stdout.until('one')
  t.mock.timers.tick(2000)
  assert.equal(await heard.code, 0)
  assert.equal(heard.io.stdout.text, 'one')
})

test('listen -u --quit-after ends after its input', async (t) => {
  const { io, port, code } = await startListening(t, ['-u', '--quit-after', '0.01'])
  const ann = await sender(t, port)
  await ann.send('one')
  io.stdin.end('bye')
  assert.equal(String((await ann.recvFrom()).data), 'bye')
  assert.equal(await code, 0)
})

test('listen -u --echo sends whole datagrams back, and says so with -v', async (t) => {
  const { io, port, stop } = await startListening(t, ['-u', '--echo', '-v'])
  const ann = await sender(t, port)
  const datagram = Buffer.alloc(9000, 'x')
  await ann.send(datagram)
  assert.ok((await ann.recvFrom()).data.equals(datagram))
  assert.match(io.stderr.text, /Echoing data back to \('127\.0\.0\.1', \d+\)\n$/)
  assert.equal(await stop(), 0)
  assert.equal(io.stdout.text, '')
})

test('listen -u says when what it sent was not delivered, and goes on', async (t) => {
  const { io, port } = await startListening(t, ['-u', '--once'])
  const gone = await sender(t, port)
  await gone.send('one')
  await io.stdout.until('one')
  await gone.close()
  io.stdin.write('are you there?')
  await io.stderr.until(/a datagram was not delivered: .*nothing is listening there\n/)
})

test('listen -u refuses what needs connections, and a port that is taken', async (t) => {
  const { port } = await startListening(t, ['-u'])
  for (const [args, code, sentence] of [
    [['5000', '--chat'], 2, '--chat needs connections: it does not go with --udp.'],
    [['5000', '--reply', 'x'], 2, '--reply needs connections: it does not go with --udp.'],
    [['5000', '--exec', 'x'], 2, '--exec needs connections: it does not go with --udp.'],
    [['--unix', '/tmp/x'], 2, '--unix does not go with --udp.'],
    [[String(port)], 7, `port ${port} is taken.`],
  ] as const) {
    const io = fakeIo()
    assert.equal(await main(['listen', '-u', ...args], io), code)
    assert.equal(io.stderr.text.split('\n')[0], `partyline: ${sentence}`)
  }
})

describe('listen -u at a terminal', () => {
  onXterm()

  test('listen -u at a terminal shows each datagram as one harmless line, and sends typed ones', async (t) => {
    const { io, port, code } = await startListening(t, ['-u'], terminalIo())
    await io.stdout.until('> ')
    io.stdin.write('too early\r')
    await io.stdout.until('nobody has sent anything yet')
    const [ann, bob] = [await sender(t, port), await sender(t, port)]
    await ann.send('a\nb\u001b[2J\xff\n')
    await io.stdout.until('a␊b␛[2Jÿ\n')
    io.stdin.write('hello\r')
    assert.equal(String((await ann.recvFrom()).data), 'hello\n')
    await bob.send('me too')
    await io.stdout.until(/127\.0\.0\.1:\d+ me too\n/)
    io.stdin.write('\u0004')
    assert.equal(await code, 0)
  })
})
