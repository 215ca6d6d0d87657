import assert from 'node:assert/strict'
import { test } from 'node:test'
import { greeter } from './greeter.ts'
import { answerTo, Conversation } from './testing/conversation.ts'

for (const { name, input, answer } of [
  { name: 'a name that ends with LF', input: 'ann\n', answer: 'Hi ann\n' },
  { name: 'a name that ends with CR LF', input: 'ann\r\n', answer: 'Hi ann\n' },
  { name: 'a name that ends with the stream', input: 'ann', answer: 'Hi ann\n' },
  { name: 'a name after empty lines', input: '\r\n\n ann lee \n', answer: 'Hi  ann lee \n' },
  { name: 'a name of many bytes', input: 'Žofie 🙂\r\n', answer: 'Hi Žofie 🙂\n' },
  { name: 'the first of two names', input: 'ann\nbob\n', answer: 'Hi ann\n' },
  { name: 'a name with an escape sequence', input: '\u001b[31mann\n', answer: 'Hi ␛[31mann\n' },
  { name: 'nobody', input: '', answer: '' },
  { name: 'somebody who says nothing', input: '\n\r\n', answer: '' },
]) {
  test(`greeter greets ${name}, whole`, async (t) => {
    assert.equal(await answerTo(t, greeter, input), answer)
  })
  test(`greeter greets ${name}, byte by byte`, async (t) => {
    assert.equal(await answerTo(t, greeter, input, 1), answer)
  })
}

test('greeter greets a client of the tutorial, which sends no newline and then receives', async (t) => {
  const conversation = new Conversation(t, greeter)
  await conversation.client.send('ann')
  await conversation.pass(149)
  assert.equal(conversation.client.buffered, 0)
  await conversation.pass(1)
  assert.equal(await conversation.rest(), 'Hi ann\n')
})

test('greeter does not break a name in the middle of a character, however slowly it comes', async (t) => {
  const conversation = new Conversation(t, greeter)
  const name = Buffer.from('é')
  await conversation.client.send(name.subarray(0, 1))
  await conversation.pass(10_000)
  await conversation.client.send(name.subarray(1))
  await conversation.pass(150)
  assert.equal(await conversation.rest(), 'Hi é\n')
})

test('greeter refuses a name that is too long, and greets nobody after it', async (t) => {
  const answer = await answerTo(t, greeter, `${'x'.repeat(100_000)}\nann\n`)
  assert.equal(answer, 'a line has at most 4096 bytes\n')
})

test('greeter tells somebody who says nothing that it waited long enough', async (t) => {
  const conversation = new Conversation(t, greeter)
  await conversation.pass(300_000)
  assert.equal(await conversation.rest(), 'nothing came for 300 seconds\n')
  await conversation.done
})

test('greeter answers what telnet says about itself, and takes it out of the name', async (t) => {
  const input = Buffer.concat([Buffer.of(255, 253, 3), Buffer.from('ann\r\n')])
  const conversation = new Conversation(t, greeter)
  await conversation.client.send(input)
  const bytes = await conversation.client.recvUntil('Hi ann\n', { max: 100, keep: true })
  assert.deepEqual(bytes, Buffer.concat([Buffer.of(255, 251, 3), Buffer.from('Hi ann\n')]))
})

test('greeter tells a browser that it is none of its servers', async (t) => {
  const answer = await answerTo(t, greeter, 'POST / HTTP/1.1\r\nHost: 127.0.0.1:8001\r\n\r\nann\n')
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.doesNotMatch(answer, /Hi/)
})
