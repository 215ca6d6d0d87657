import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TcpSocket } from '@partyline/sockets'
import { onXterm } from '../testing/xterm.ts'
import { all, type Listening, startListening, terminalIo } from './testing/listening.ts'

/** Somebody who is in, and has read what the broker says first. */
async function join({ connect }: Listening, number: number, here: number): Promise<TcpSocket> {
  const socket = await connect()
  assert.equal(await socket.readLine(), `* you are user${number}, ${here} here`)
  return socket
}

test('listen --chat names its clients, and hands each line of one to all others', async (t) => {
  const chat = await startListening(t, ['--chat'])
  const ann = await join(chat, 1, 1)
  const bob = await join(chat, 2, 2)
  const cleo = await join(chat, 3, 3)
  assert.equal(await ann.readLine(), '* user2 is here')
  assert.equal(await ann.readLine(), '* user3 is here')
  assert.equal(await bob.readLine(), '* user3 is here')
  await ann.send('hello\r\nboth of you\n')
  for (const other of [bob, cleo]) {
    assert.equal(await other.readLine(), '<user1> hello')
    assert.equal(await other.readLine(), '<user1> both of you')
  }
  await bob.send('hi Ann\n')
  assert.equal(await ann.readLine(), '<user2> hi Ann')
  await bob.close()
  assert.equal(await ann.readLine(), '* user2 has left')
  await chat.io.stdout.until('* user2 has left\n')
  assert.equal(
    chat.io.stdout.text.replaceAll(/\(127\.0\.0\.1:\d+\)/g, '(address)'),
    '* user1 is here (address)\n* user2 is here (address)\n* user3 is here (address)\n<user1> hello\n<user1> both of you\n' +
      '<user2> hi Ann\n* user2 has left\n',
  )
})

test('listen --chat shows control characters and leaves the letters of all languages alone', async (t) => {
  const chat = await startListening(t, ['--chat'])
  const ann = await join(chat, 1, 1)
  const bob = await join(chat, 2, 2)
  await ann.readLine()
  for (const byte of Buffer.from('\u001b]0;title\u0007 grüße 日本 🎉 \u202eevil')) {
    await ann.send(Uint8Array.of(byte))
  }
  await ann.send('\n\n<operator> no\n')
  assert.equal(await bob.readLine(), '<user1> ␛]0;title␇ grüße 日本 🎉 \uFFFDevil')
  assert.equal(await bob.readLine(), '<user1> <operator> no')
})

test('listen --chat passes on the line of a client that sends no newline, after a pause', async (t) => {
  const chat = await startListening(t, ['--chat'])
  const ann = await join(chat, 1, 1)
  const bob = await join(chat, 2, 2)
  await bob.send('hi')
  assert.equal(await ann.readLine(), '* user2 is here')
  assert.equal(await ann.readLine(), '<user2> hi')
})

test('listen --chat does not pass on a line that is too long, and tells its writer', async (t) => {
  const chat = await startListening(t, ['--chat', '-C'])
  const ann = await chat.connect()
  const bob = await chat.connect()
  await ann.send(`${'x'.repeat(1_000_000)}\nshort\n`)
  await bob.recvUntil('short\r\n', { max: 200 })
  await ann.recvUntil('* a line of 1000000 bytes was not passed on: at most 4096\r\n', { max: 200 })
})

test('listen --chat lets its operator speak from a pipe, and says goodbye to nobody', async (t) => {
  const chat = await startListening(t, ['--chat'])
  chat.io.stdin.write('welcome\n')
  const ann = await join(chat, 1, 1)
  assert.equal(await ann.readLine(), '<operator> welcome')
  await chat.io.stdout.until('<operator> welcome\n')
  const bob = await join(chat, 2, 2)
  assert.equal(await ann.readLine(), '* user2 is here')
  const last = Promise.all([all(ann), all(bob)])
  assert.equal(await chat.stop(), 0)
  assert.deepEqual(await last, ['', ''])
})

describe('listen --chat at a terminal', () => {
  onXterm()

  test('listen --chat at a terminal shows everything, and what is typed only once', async (t) => {
    const chat = await startListening(t, ['--chat'], terminalIo())
    const ann = await join(chat, 1, 1)
    chat.io.stdin.write('welcome\r')
    assert.equal(await ann.readLine(), '<operator> welcome')
    await ann.send('thanks\n')
    await chat.io.stdout.until('<user1> thanks\n')
    assert.doesNotMatch(chat.io.stdout.text, /<operator>/)
  })
})
