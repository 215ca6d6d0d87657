import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { onXterm } from '../testing/xterm.ts'
import { all, startListening, terminalIo } from './testing/listening.ts'

test('listen --once is one client and both ways, and refuses a second one', async (t) => {
  const { io, connect, code } = await startListening(t, ['--once'])
  const client = await connect()
  await io.stderr.until('connected\n')
  await assert.rejects(connect(), { code: 'refused' })
  io.stdin.end('question\n')
  assert.equal(await all(client), 'question\n')
  await client.send('answer')
  await client.close()
  assert.equal(await code, 0)
  assert.equal(io.stdout.text, 'answer')
  assert.match(io.stderr.text, /closed after [\d.]+ s \(received 6 B, sent 9 B\)\n$/)
})

test('listen --once ends with 6 when its client resets, and with the code of a signal while it waits', async (t) => {
  const { io, connect, code } = await startListening(t, ['--once'])
  const client = await connect()
  await client.send('x')
  await io.stdout.until('x')
  client.abort()
  assert.equal(await code, 6)
  assert.match(io.stderr.text, /partyline: 127\.0\.0\.1:\d+ reset the connection\.\n/)
  const { stop } = await startListening(t, ['--once'])
  assert.equal(await stop('SIGTERM'), 143)
})

describe('listen --once at a terminal', () => {
  onXterm()

  test('listen --once at a terminal carries typed lines, and ends with its client', async (t) => {
    const { io, connect, code } = await startListening(t, ['--once'], terminalIo())
    const client = await connect()
    await io.stdout.until('> ')
    io.stdin.write('hello\r')
    assert.equal(await client.readLine(), 'hello')
    await client.send('bye \u001b[2J\n')
    await io.stdout.until('bye ␛[2J')
    await client.close()
    assert.equal(await code, 0)
  })
})
