import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ByteStream } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import { login, type Verify } from './login.ts'
import { answerTo, Conversation } from './testing/conversation.ts'

const admin: Verify = async (name, password) => name === 'admin' && password === '12345'

/** A login that does not take its time. */
function quick(verify: Verify = admin): (socket: ByteStream) => Promise<void> {
  return (socket) => login(socket, { verify, wait: async () => {} })
}

const WELCOME = 'hello admin, welcome to the server\n'
const NO = 'wrong name or password\n'

for (const { name, input, answer } of [
  { name: 'lets in who is right', input: 'admin\n12345\n', answer: WELCOME },
  { name: 'takes CR LF', input: 'admin\r\n12345\r\n', answer: WELCOME },
  { name: 'takes a password that ends with the stream', input: 'admin\n12345', answer: WELCOME },
  { name: 'says no to a wrong password', input: 'admin\n1234\n', answer: NO },
  { name: 'says the same to a wrong name', input: 'root\n12345\n', answer: NO },
  { name: 'says the same to half a login', input: 'admin\n', answer: NO },
  { name: 'lets in at the third try', input: 'a\nb\nc\nd\nadmin\n12345\n', answer: NO + NO + WELCOME },
  { name: 'has no fourth try', input: 'a\nb\nc\nd\ne\nf\nadmin\n12345\n', answer: NO + NO + NO },
  { name: 'says nothing to nobody', input: '', answer: '' },
]) {
  test(`login ${name}, whole`, async (t) => assert.equal(await answerTo(t, quick(), input), answer))
  test(`login ${name}, byte by byte`, async (t) => {
    assert.equal(await answerTo(t, quick(), input, 1), answer)
  })
}

test('login takes a name and a password without newlines, when there is a pause between them', async (t) => {
  const conversation = new Conversation(t, quick())
  await conversation.client.send('admin')
  await conversation.pass(150)
  await conversation.client.send('12345')
  await conversation.pass(150)
  assert.equal(await conversation.rest(), WELCOME)
})

test('login answers a client that sends both at once without a newline: not soon, but it does', async (t) => {
  const conversation = new Conversation(t, quick())
  await conversation.client.send('admin12345')
  await conversation.pass(150)
  await conversation.pass(60_000)
  assert.equal(await conversation.rest(), `nothing came for 60 seconds\n${NO}`)
})

test('login says no more slowly each time, and yes at once', async (t) => {
  const waits: number[] = []
  const slow = (socket: ByteStream): Promise<void> =>
    login(socket, { verify: admin, wait: async (ms) => waits.push(ms) })
  await answerTo(t, slow, 'a\nb\nc\nd\ne\nf\n')
  assert.deepEqual(waits, [1000, 2000, 4000])
})

test('login says yes without waiting', async (t) => {
  const never = (): Promise<void> => assert.fail('it waited')
  const answer = await answerTo(
    t,
    (socket) => login(socket, { verify: admin, wait: never }),
    'admin\n12345\n',
  )
  assert.equal(answer, WELCOME)
})

test('login says that it is busy, and hangs up', async (t) => {
  assert.equal(
    await answerTo(
      t,
      quick(async () => 'busy'),
      'admin\n12345\n',
    ),
    'busy, try again later\n',
  )
})

test('login shows a name harmlessly, and hands it to verify as it came', async (t) => {
  const asked: string[] = []
  const anybody = quick(async (...halves) => asked.push(...halves) > 0)
  const answer = await answerTo(t, anybody, '\u001b[2Jann\npass word \n')
  assert.equal(answer, 'hello ␛[2Jann, welcome to the server\n')
  assert.deepEqual(asked, ['\u001b[2Jann', 'pass word '])
})

test('login is slow for itself only, and its signal ends the waiting', async () => {
  const [client, server] = memoryPair()
  const stop = new AbortController()
  const done = login(server, { verify: admin, signal: stop.signal })
  await client.send('a\nb\n')
  await new Promise(setImmediate)
  stop.abort()
  await assert.rejects(done)
  client.abort()
})
