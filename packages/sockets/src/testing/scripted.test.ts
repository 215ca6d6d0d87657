import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ByteStream } from '../byte-stream.ts'
import { SocketError } from '../errors.ts'
import { type ScriptStep, scripted } from './scripted.ts'

/** A program to be tested: asks a name and greets it. */
async function greet(stream: ByteStream): Promise<void> {
  await stream.send('name? ')
  const name = await stream.readLine()
  await stream.send(`Hi ${name}\n`)
  await stream.close()
}

test('scripted plays a conversation and is finished', async () => {
  const stream = scripted([{ expect: 'name? ' }, { recv: 'ann\r\n' }, { expect: 'Hi ann\n' }, { end: true }])
  await greet(stream)
  stream.finished()
  assert.equal((await stream.closed).bytesOut, 13)
})

test('scripted says what the other side says as soon as the steps before are done', async () => {
  const stream = scripted([
    { recv: 'one' },
    { recv: 'two' },
    { expect: 'a' },
    { recv: 'three' },
    { end: true },
  ])
  assert.equal(String(await stream.recvExactly(6)), 'onetwo')
  assert.equal(stream.tryRecv(), undefined)
  await stream.send('a')
  assert.equal(String(await stream.recv()), 'three')
  assert.equal(await stream.recv(), null)
  stream.finished()
})

test('scripted takes what it expects in any pieces', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 20, size: 'max' }),
      fc.array(fc.nat({ max: 400 }), { maxLength: 20, size: 'max' }),
      async (expected, cuts) => {
        const all = Buffer.concat(expected)
        const steps: ScriptStep[] = expected.flatMap((bytes) => [{ expect: bytes }, { recv: 'ok' }])
        const stream = scripted([...steps, { end: true }])
        const at = [0, ...cuts.map((cut) => cut % (all.length + 1)), all.length].sort((a, b) => a - b)
        for (let i = 1; i < at.length; i++) await stream.send(all.subarray(at[i - 1], at[i]))
        assert.equal((await stream.recvExactly(2 * expected.length)).length, 2 * expected.length)
        assert.equal(await stream.recv(), null)
        stream.finished()
      },
    ),
    { numRuns: 50 },
  ))

test('scripted refuses a wrong send, shows both as text and hexadecimal, and fails the stream', async () => {
  const stream = scripted([{ recv: 'x' }, { expect: 'QUIT\r\n' }, { end: true }])
  await stream.send('QU')
  const waiting = stream.recvExactly(5)
  waiting.catch(() => {})
  await assert.rejects(stream.send('ITE\n'), (error: unknown) => {
    assert.ok(error instanceof assert.AssertionError)
    assert.equal(
      error.message,
      'step 2: the program should send\n  "QUIT\\r\\n"  51 55 49 54 0d 0a\nbut it sent\n  "QUITE\\n"  51 55 49 54 45 0a',
    )
    return true
  })
  await assert.rejects(waiting, /step 2: the program should send/)
  assert.throws(() => stream.finished(), /step 2: the program should send/)
  assert.equal((await stream.closed).by, 'error')
})

test('scripted refuses a send where it expects none, also by trySend', async () => {
  const stream = scripted([{ recv: 'x' }, { end: true }])
  assert.throws(
    () => stream.trySend('hello'),
    /the script expects nothing more to be sent\n.*nothing\nbut it sent\n.*"hello"/s,
  )
  await assert.rejects(stream.send('again'), assert.AssertionError)
  assert.throws(() => stream.finished(), /expects nothing more/)
})

test('scripted finished names the step that was not played', async () => {
  const stream = scripted([{ recv: 'hello\n' }, { expect: 'bye\n' }, { end: true }])
  assert.equal(await stream.readLine(), 'hello')
  await stream.send('b')
  assert.throws(
    () => stream.finished(),
    /step 2 of 3 was not played: the program should send\n {2}"bye\\n" {2}62 79 65 0a\nbut it sent\n {2}"b" {2}62$/,
  )
  await stream.close()
  assert.throws(() => stream.finished(), /step 2 of 3/)
})

test('scripted fails as told, after what was said before', async () => {
  const stream = scripted([{ expect: 'a' }, { recv: 'half a li' }, { fail: 'reset' }])
  await stream.send('a')
  assert.equal(String(await stream.recvExactly(9)), 'half a li')
  await assert.rejects(stream.recv(), (error) => SocketError.is(error, 'reset'))
  await assert.rejects(stream.send('b'), (error) => SocketError.is(error, 'reset'))
  const { by, error } = await stream.closed
  assert.deepEqual([by, error?.code], ['error', 'reset'])
  stream.finished()
})

test('scripted without an end stays open, and takes sends after the other side’s end', async () => {
  const open = scripted([{ recv: 'x' }])
  assert.equal(String(await open.recv()), 'x')
  await assert.rejects(open.recv(1, { timeout: 0 }), (error) => SocketError.is(error, 'timeout'))
  open.finished()
  open.abort()
  const half = scripted([{ recv: 'x' }, { end: true }, { expect: 'bye' }])
  assert.equal(String(await half.recvExactly(1)), 'x')
  assert.equal(await half.recv(), null)
  await half.send('bye')
  await half.shutdown()
  assert.equal((await half.closed).by, 'peer')
  half.finished()
})

test('scripted refuses steps that are none and steps that can never be played', () => {
  const wrong: readonly (readonly ScriptStep[])[] = [
    [JSON.parse('{}')],
    [JSON.parse('{"fail":"toString"}')],
    [{ recv: '' }],
    [{ expect: new Uint8Array(0) }],
    [{ end: true }, { recv: 'x' }],
    [{ end: true }, { end: true }],
    [{ fail: 'reset' }, { expect: 'x' }],
  ]
  for (const steps of wrong) assert.throws(() => scripted(steps), TypeError)
})
