/** `partyline connect` from outside: the real command against our own listeners; and the sessions of docs/connect.md. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hello, udpEcho } from '@partyline/services'
import { TcpListener, type TcpSocket, UdpSocket } from '@partyline/sockets'
import { type Child, type ChildOptions, startNode } from '../packages/cli/src/testing/child.ts'
import { playSession } from './connect-session.ts'
import { freePort, samplesOf } from './samples.ts'

const PROGRAM = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))

function partyline(args: readonly string[], options?: ChildOptions): Child {
  return startNode(['--conditions=partyline-source', PROGRAM, ...args], options)
}

function connectTo(listener: TcpListener, ...flags: string[]): Child {
  return partyline(['connect', ...flags, '127.0.0.1', String(portOf(listener))])
}

function portOf({ address }: TcpListener): number {
  return 'port' in address ? address.port : 0
}

function listening(): Promise<TcpListener> {
  return TcpListener.listen(0, '127.0.0.1')
}

async function resetting(socket: TcpSocket): Promise<void> {
  await socket.recvExactly(5)
  socket.abort()
}

// Most of their time the tests wait for a process to start.
describe('partyline connect', { concurrency: 4 }, () => {
  test('partyline connect gets the answer of a server that waits for the end of the input', async () => {
    await using listener = await listening()
    await using command = connectTo(listener)
    command.process.stdin?.end('abc')
    const server = await listener.accept()
    assert.equal(String(await server.recvExactly(3)), 'abc')
    assert.equal(await server.recv(), null)
    await server.send('answer\n')
    await server.close()
    assert.equal(await command.exit, 0)
    assert.equal(command.stdout.text, 'answer\n')
    assert.match(command.stderr.text, /^\* closed by 127\.0\.0\.1:\d+ after .* \(sent 3 B, received 7 B\)\n$/)
  })

  test('partyline connect ends its side at once without any input, and ends with the server', async () => {
    await using listener = await listening()
    const where = ['connect', '127.0.0.1', String(portOf(listener))]
    await using command = partyline(where, { stdin: 'ignore' })
    const server = await listener.accept()
    assert.equal(await server.recv(), null)
    await server.close()
    assert.equal(await command.exit, 0)
    assert.equal(command.stdout.text, '')
  })

  test('partyline connect ends when the server closes, although its input stays open', async () => {
    await using listener = await listening()
    void listener.serve((socket) => hello(socket))
    await using command = connectTo(listener)
    command.process.stdin?.write('abc')
    assert.equal(await command.exit, 0)
    assert.equal(command.stdout.text, 'hello\nabc')
  })

  test('partyline connect says that the connection was reset, after what had come', async () => {
    await using listener = await listening()
    await using command = connectTo(listener)
    const server = await listener.accept()
    await server.send('hel')
    await command.stdout.until('hel')
    server.abort()
    assert.equal(await command.exit, 6)
    assert.equal(command.stdout.text, 'hel')
    assert.match(
      command.stderr.text,
      /^partyline: 127\.0\.0\.1:\d+ reset the connection\.\n {2}What was sent/,
    )
  })

  test('partyline connect leaves with the code of a signal, and says that it did', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      await using listener = await listening()
      await using command = connectTo(listener)
      const server = await listener.accept()
      await server.send('hello\n')
      await command.stdout.until('hello\n')
      command.process.kill(signal)
      assert.equal(await server.recv(), null)
      assert.equal(await command.exit, code)
      assert.match(command.stderr.text, /^\* left 127\.0\.0\.1:\d+ after /)
    }
  })

  test('partyline connect ends quietly when nobody reads its output any more', async () => {
    await using listener = await listening()
    await using command = connectTo(listener)
    const server = await listener.accept()
    await server.send('first\n')
    await command.stdout.until('first\n')
    command.process.stdout?.destroy()
    await server.send('second\n')
    assert.equal(await server.recv(), null)
    assert.equal(await command.exit, 0)
    assert.equal(command.stderr.text, '')
  })

  test('partyline connect carries any bytes both ways at once, and waits for slow ends', async () => {
    await using listener = await listening()
    await using command = connectTo(listener, '-q')
    const block = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 7) % 256))
    const received: Buffer[] = []
    command.process.stdout?.setEncoding('latin1').on('data', (text: string) => {
      received.push(Buffer.from(text, 'latin1'))
    })
    const server = await listener.accept()
    const serve = async (): Promise<void> => {
      for await (const chunk of server) await server.send(Buffer.from(chunk))
      await server.close()
    }
    const feed = async (): Promise<void> => {
      const { stdin } = command.process
      for (let count = 0; count < 32; count += 1)
        if (stdin?.write(block) === false) await once(stdin, 'drain')
      stdin?.end()
    }
    await Promise.all([serve(), feed()])
    assert.equal(await command.exit, 0)
    assert.deepEqual(Buffer.concat(received), Buffer.concat(Array.from({ length: 32 }, () => block)))
  })

  test('partyline connect shows an answer over UDP that comes after the end of the input', async () => {
    await using server = await UdpSocket.bind()
    const where = ['127.0.0.1', String(server.local.port)]
    await using command = partyline(['connect', '-u', '-w', '60', ...where])
    command.process.stdin?.end('ping')
    const { data, from } = await server.recvFrom()
    await server.sendTo(data, from.port, from.host)
    await command.stdout.until('ping')
    command.process.kill('SIGTERM') // it would wait for more
    assert.equal(await command.exit, 143)
  })

  test('partyline connect fails with a sentence and an exit code, never with a stack trace', async () => {
    const port = String(await freePort())
    const cases: readonly (readonly [args: string[], code: number, sentence: string])[] = [
      [['127.0.0.1', port], 4, `nobody is listening on 127.0.0.1 port ${port} (connection refused).`],
      [['no-such-host.invalid', port], 3, 'no address found for "no-such-host.invalid".'],
      [['127.0.0.1', '99999'], 2, '99999 is not a port. Ports go from 1 to 65535.'],
      [['127.0.0.1', 'abc'], 2, 'abc is not a port. Ports go from 1 to 65535.'],
      [['--crfl', '127.0.0.1', '80'], 2, 'unknown flag --crfl. Did you mean --crlf?'],
      [[], 2, 'no host was given. Say HOST, HOST:PORT or HOST PORT, like 127.0.0.1:5000 or [::1]:5000.'],
    ]
    await Promise.all(
      cases.map(async ([args, code, sentence]) => {
        await using command = partyline(['connect', ...args], { stdin: 'ignore' })
        assert.equal(await command.exit, code)
        assert.equal(command.stdout.text, '')
        assert.ok(command.stderr.text.startsWith(`partyline: ${sentence}\n`), command.stderr.text)
        assert.doesNotMatch(command.stderr.text, /^ +at /m)
      }),
    )
  })

  test('docs/connect.md shows what happens', async () => {
    const sessions = samplesOf('docs/connect.md').filter(({ info }) => info === 'session')
    assert.equal(sessions.length, 7)
    await using greeting = await listening()
    void greeting.serve((socket) => hello(socket))
    await using rude = await listening()
    void rude.serve(resetting)
    await using echoing = await UdpSocket.bind()
    void udpEcho(echoing)
    await using silent = await UdpSocket.bind()
    const ports = new Map([
      ['8000', portOf(greeting)],
      ['7000', portOf(rude)],
      ['5999', await freePort()],
      ['31337', echoing.local.port],
      ['1234', silent.local.port],
    ])
    await Promise.all(sessions.map(({ code }) => playSession(code.split('\n'), ports, partyline)))
  })
})
