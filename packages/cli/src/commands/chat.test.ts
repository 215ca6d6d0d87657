import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { TcpListener, type TcpSocket } from '@partyline/sockets'
import { freePort } from '../check/free-port.ts'
import type { ExitCode } from '../failure.ts'
import type { Environment, Io } from '../io.ts'
import { main } from '../main.ts'
import { type FakeIo, fakeIo, Transcript } from '../testing/fake-io.ts'
import { onXterm } from '../testing/xterm.ts'

const ESCAPE = '\u001b'

interface Call {
  readonly io: FakeIo
  readonly server: TcpSocket
  readonly code: Promise<number>
}

/** Runs `partyline chat` against a server whose part the test plays. */
async function call(io: FakeIo, ...flags: string[]): Promise<Call> {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const code = main(['chat', '127.0.0.1', String(portOf(listener)), ...flags], io)
  return { io, server: await listener.accept(), code }
}

function portOf({ address }: TcpListener): number {
  return 'port' in address ? address.port : 0
}

/** An io with a terminal at both ends. */
function terminalIo(env: Environment = { TERM: 'xterm' }): FakeIo {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
  return { ...fakeIo(env), stdin, stdout: new Transcript(true), stderr: new Transcript(true) }
}

async function exchange({ server, code }: Call): Promise<{ sent: string; code: number }> {
  const chunks: Buffer[] = []
  for await (const chunk of server) chunks.push(chunk)
  await server.close()
  return { sent: Buffer.concat(chunks).toString(), code: await code }
}

test('chat sends the lines of its input, and shows everything to the end', async () => {
  const talk = await call(fakeIo())
  await talk.server.send('Please enter your screen name:\n')
  await talk.io.stdout.until(/name:\n/)
  talk.io.stdin.end('ann\r\nhello\n\nlast line')
  await talk.server.readLine()
  await talk.server.send('ann logged in\nann::hello\n-- a notice\n')
  const { sent, code } = await exchange(talk)
  assert.equal(sent, 'hello\nlast line\n')
  assert.equal(code, 0)
  assert.equal(
    talk.io.stdout.text,
    'Please enter your screen name:\nann logged in\n[ann] hello\n-- a notice\n',
  )
  assert.equal(talk.io.stderr.text, '')
})

test('chat takes the screen name from --name, and from PARTYLINE_SCREEN_NAME', async () => {
  for (const [io, ...flags] of [
    [fakeIo(), '--name', 'ann'],
    [fakeIo({ PARTYLINE_SCREEN_NAME: 'ann', PARTYLINE_NAME: 'Our Club' })],
    [fakeIo({ PARTYLINE_SCREEN_NAME: 'bob' }), '--name=ann'],
  ] as const) {
    const talk = await call(io, ...flags)
    io.stdin.end('hello\n/quit\nnever sent\n')
    assert.deepEqual(await exchange(talk), { sent: 'ann\nhello\n/quit\n', code: 0 })
  }
})

test('chat leaves out a line that is too long, and says so', async () => {
  const talk = await call(fakeIo())
  talk.io.stdin.end(`${'x'.repeat(70_000)}\nann\n`)
  assert.deepEqual(await exchange(talk), { sent: 'ann\n', code: 0 })
  assert.equal(talk.io.stderr.text, 'partyline: a line of 70000 bytes was not sent: too long.\n')
})

test('chat uses colours as --color and the environment want', async () => {
  const plain = '-- notice\n'
  const dim = `${ESCAPE}[2m-- notice${ESCAPE}[22m\n`
  for (const [io, shown, ...flags] of [
    [fakeIo(), plain],
    [fakeIo(), dim, '--color'],
    [fakeIo({ FORCE_COLOR: '1' }), dim],
    [fakeIo({ FORCE_COLOR: '1', NO_COLOR: '1' }), plain],
    [fakeIo({ FORCE_COLOR: '1' }), plain, '--no-color'],
  ] as const) {
    const talk = await call(io, ...flags)
    io.stdin.end()
    await talk.server.send(plain)
    await exchange(talk)
    assert.equal(io.stdout.text, shown)
  }
})

test('chat leaves with /quit and the code of the signal that stops it', async () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const satisfies readonly (readonly [string, ExitCode])[]) {
    const talk = await call(fakeIo(), '--name', 'ann')
    assert.equal(await talk.server.readLine(), 'ann')
    talk.io.stop(signal)
    assert.deepEqual(await exchange(talk), { sent: '/quit\n', code: exitCode })
    assert.equal(talk.io.stderr.text, '')
  }
})

test('chat leaves quietly when nobody reads its output any more', async () => {
  const talk = await call(fakeIo())
  await talk.server.send('hello\n')
  await talk.io.stdout.until(/hello/)
  talk.io.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  assert.deepEqual(await exchange(talk), { sent: '/quit\n', code: 0 })
})

test('chat says when the server goes', async () => {
  const talk = await call(fakeIo())
  await talk.server.send('Server Shutting Down!\n')
  await talk.server.close()
  assert.equal(await talk.code, 6)
  assert.match(talk.io.stderr.text, /^partyline: the server 127\.0\.0\.1:\d+ has shut down\.\n$/)
  assert.equal(talk.io.stdout.text, 'Server Shutting Down!\n')
})

test('chat says that nobody listens', async () => {
  const port = await freePort('tcp', '127.0.0.1')
  for (const words of [[`127.0.0.1:${port}`], ['127.0.0.1', String(port)], [`:${port}`], [String(port)]]) {
    const io = fakeIo()
    assert.equal(await main(['chat', ...words], io), 4)
    const [sentence] = io.stderr.text.split('\n')
    assert.equal(sentence, `partyline: nobody is listening on 127.0.0.1 port ${port} (connection refused).`)
    assert.equal(io.stdout.text, '')
  }
})

test('chat gives up connecting when it is stopped', async () => {
  const io: Io = { ...fakeIo(), signal: AbortSignal.abort('SIGTERM') }
  assert.equal(await main(['chat', '127.0.0.1', '1'], io), 143)
})

test('chat refuses a port or host that cannot be meant', async () => {
  for (const [words, sentence] of [
    [['127.0.0.1', '99999'], '99999 is not a port. Ports go from 1 to 65535.'],
    [['127.0.0.1:abc'], 'abc is not a port. Ports go from 1 to 65535.'],
    [[''], 'the host is empty. Say HOST, HOST:PORT or HOST PORT, like 127.0.0.1:5000 or [::1]:5000.'],
  ] as const) {
    const io = fakeIo()
    assert.equal(await main(['chat', ...words], io), 2)
    assert.equal(io.stderr.text, `partyline: ${sentence}\n`)
  }
})

describe('chat at a terminal', () => {
  onXterm()

  test('chat at a terminal keeps the typed line, and erases it when it is sent', async () => {
    const talk = await call(terminalIo())
    const { stdin, stdout, stderr } = talk.io
    await talk.server.send('Please enter your screen name:\n')
    await stdout.until(/name:\n/)
    stdin.write('ann')
    await stdout.until(/n$/)
    await talk.server.send('-- somebody else is here\n')
    // Above the typed line: back to its beginning, cleared, the notice, and the line again.
    const redrawn = `\r${ESCAPE}[J${ESCAPE}[2m-- somebody else is here${ESCAPE}[22m\n`
    await stdout.until(redrawn)
    await stdout.until(/> ann[^\n]*$/)
    stdin.write('\r')
    assert.equal(await talk.server.readLine(), 'ann')
    stdin.write('/quit\r')
    assert.deepEqual(await exchange(talk), { sent: '/quit\n', code: 0 })
    assert.match(stderr.text, /^Connected to 127\.0\.0\.1:\d+\. \/quit or Ctrl-C leaves\.\n$/)
  })

  test('chat at a terminal leaves with Ctrl-C and with Ctrl-D', async () => {
    for (const [key, exitCode] of [
      ['\u0003', 130],
      ['\u0004', 0],
    ] as const) {
      const talk = await call(terminalIo())
      await talk.io.stdout.until(/> /)
      talk.io.stdin.write(key)
      const chunks: Buffer[] = []
      for await (const chunk of talk.server) chunks.push(chunk)
      assert.equal(Buffer.concat(chunks).toString(), '/quit\n')
      await talk.server.close()
      assert.equal(await talk.code, exitCode)
    }
  })
})

test('chat at a dumb terminal reads and writes plain lines', async () => {
  const talk = await call(terminalIo({ TERM: 'dumb' }))
  await talk.server.send('-- notice\nbob::hi\n')
  await talk.io.stdout.until(/hi\n/)
  talk.io.stdin.end('ann\n')
  assert.deepEqual(await exchange(talk), { sent: 'ann\n', code: 0 })
  assert.equal(talk.io.stdout.text, '-- notice\n[bob] hi\n')
})
