/** The whole command from outside: real processes, real sockets, real signals. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { type Child, startNode } from '../packages/cli/src/testing/child.ts'
import { freePort } from './samples.ts'

const LAUNCHER = fileURLToPath(new URL('../packages/cli/bin/partyline.js', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))

/** Servers keep nothing, and speak as they do to a person. */
const ENV = { PARTYLINE_DATA: ':memory:', PARTYLINE_LOG_FORMAT: 'human' }

function partyline(...args: string[]): Child {
  return startNode([LAUNCHER, ...args], { env: ENV })
}

/** The port of a chat server that was just started. */
async function portOf({ stdout, stderr }: Child): Promise<number> {
  await stdout.until(/^Listening on :\d+\n/)
  await stderr.until('Ctrl-C stops.\n')
  return Number(/:(\d+)/.exec(stdout.text)?.[1])
}

/** Somebody with a plain socket, as nc has one. */
async function logIn(port: number, name: string): Promise<TcpSocket> {
  const socket = await TcpSocket.connect(port, '127.0.0.1')
  await socket.recvUntil('Please enter your screen name:\n', { max: 1000 })
  await socket.send(`${name}\n`)
  assert.equal(await socket.readLine(), `${name} logged in`)
  return socket
}

// Most of their time the tests wait for a process to start.
describe('partyline', { concurrency: 4 }, () => {
  test('partyline serves a chat between plain sockets, with the exact words on standard output', async () => {
    await using server = partyline('serve', '--text-port', '0')
    const port = await portOf(server)
    await using ann = await logIn(port, 'ann')
    await server.stdout.until('Incoming Connection\n')
    await using bob = await logIn(port, 'bob')
    assert.equal(await ann.readLine(), 'bob logged in')
    await ann.send('hello Bob\n')
    assert.equal(await ann.readLine(), 'ann::hello Bob')
    assert.equal(await bob.readLine(), 'ann::hello Bob')
    await bob.close()
    assert.equal(await ann.readLine(), 'bob disconnected')
    await server.stdout.until('client disconnecting\n')
    server.process.kill('SIGTERM')
    assert.equal(await ann.readLine(), 'Server Shutting Down!')
    assert.equal(await ann.readLine(), null)
    await ann.close()
    assert.equal(await server.exit, 0)
    const incoming = 'Incoming Connection\n'.repeat(2)
    const leaving = 'client disconnecting\n'.repeat(2)
    assert.equal(server.stdout.text, `Listening on :${port}\n${incoming}${leaving}`)
  })

  test('partyline serves without a terminal or a pipe, and SIGINT ends it with 0', async () => {
    const args = ['--conditions=partyline-source', PROGRAM, 'serve', '--text-port', '0']
    await using server = startNode(args, { stdin: 'ignore', env: ENV })
    const port = await portOf(server)
    await using ann = await logIn(port, 'ann')
    server.process.kill('SIGINT')
    assert.equal(await ann.readLine(), 'Server Shutting Down!')
    await ann.close()
    assert.equal(await server.exit, 0)
  })

  test('partyline ends with 0 when its operator quits, and tells everybody', async () => {
    await using server = partyline('--text-port', '0')
    const port = await portOf(server)
    await using ann = await logIn(port, 'ann')
    server.process.stdin?.write('how is everybody\nquit\n')
    assert.equal(await ann.readLine(), 'Server Shutting Down!')
    assert.equal(await ann.readLine(), null)
    await ann.close()
    assert.equal(await server.exit, 0)
    assert.match(server.stdout.text, /^console: how is everybody\nconsole: quit\n/m)
  })

  test('partyline goes on serving when nobody reads its output any more, and when its input ends', async () => {
    await using server = partyline('serve', '--text-port', '0')
    const port = await portOf(server)
    server.process.stdout?.destroy()
    server.process.stdin?.end()
    for (const name of ['ann', 'bob', 'cleo']) await (await logIn(port, name)).close()
    server.process.kill('SIGTERM')
    assert.equal(await server.exit, 0)
    assert.doesNotMatch(server.stderr.text, /EPIPE|Error/)
  })

  test('partyline chat takes part in a chat from a pipe', async () => {
    await using server = partyline('serve', '--text-port', '0')
    const port = await portOf(server)
    await using bob = await logIn(port, 'bob')
    await using chat = partyline('chat', `127.0.0.1:${port}`, '--name', 'ann')
    assert.equal(await bob.readLine(), 'ann logged in')
    chat.process.stdin?.write('hello\n')
    assert.equal(await bob.readLine(), 'ann::hello')
    await bob.send('hi Ann\n')
    await chat.stdout.until('[bob] hi Ann\n')
    chat.process.stdin?.end('bye')
    assert.equal(await chat.exit, 0)
    assert.match(
      chat.stdout.text,
      /^-+\nWelcome to Partyline\n-+\nPlease enter your screen name:\nann logged in\n/,
    )
    assert.match(chat.stdout.text, /\[ann\] hello\n\[bob\] hi Ann\n\[ann\] bye\n$/)
    assert.equal(chat.stderr.text, '')
  })

  test('partyline chat leaves with /quit, and with the code of a signal', async () => {
    await using server = partyline('serve', '--text-port', '0')
    const port = await portOf(server)
    for (const [leave, code] of [
      ['/quit', 0],
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      await using chat = partyline('chat', String(port), '--name', 'ann')
      await chat.stdout.until('ann logged in\n')
      if (leave === '/quit') chat.process.stdin?.write('/quit\n')
      else chat.process.kill(leave)
      assert.equal(await chat.exit, code)
      assert.equal(chat.stderr.text, '')
    }
  })

  test('partyline ends at once at the second signal', async () => {
    await using listener = await TcpListener.listen(0, '127.0.0.1')
    const port = 'port' in listener.address ? listener.address.port : 0
    await using chat = partyline('chat', String(port))
    await using slow = await listener.accept()
    await slow.send('welcome\n')
    await chat.stdout.until('welcome\n')
    chat.process.kill('SIGINT')
    assert.equal(await slow.readLine(), '/quit')
    chat.process.kill('SIGTERM') // while it waits for us to close
    assert.equal(await chat.exit, 143)
  })

  test('partyline chat says that the server shut down', async () => {
    await using server = partyline('serve', '--text-port', '0')
    const port = await portOf(server)
    await using chat = partyline('chat', '127.0.0.1', String(port), '--name', 'ann')
    await chat.stdout.until('ann logged in\n')
    server.process.kill('SIGTERM')
    assert.equal(await chat.exit, 6)
    assert.match(chat.stdout.text, /Server Shutting Down!\n$/)
    assert.equal(chat.stderr.text, `partyline: the server 127.0.0.1:${port} has shut down.\n`)
  })

  test('partyline fails with a sentence and an exit code, never with a stack trace', async () => {
    await using taken = await TcpListener.listen(0, '127.0.0.1')
    const port = String('port' in taken.address ? taken.address.port : 0)
    const nobody = String(await freePort())
    const cases: readonly (readonly [args: string[], code: number, sentence: string])[] = [
      [['sevre'], 2, 'there is no command "sevre". Did you mean serve?'],
      [['serve', '--prot', '1'], 2, 'unknown flag --prot. Did you mean --port?'],
      [
        ['serve', '--text-port', 'abc'],
        2,
        '--text-port abc is not a port. Ports go from 1 to 65535; 0 picks a free one.',
      ],
      [['serve', '--host', '127.0.0.1', '--text-port', port], 7, `port ${port} is taken (text door).`],
      [
        ['chat', '127.0.0.1', nobody],
        4,
        `nobody is listening on 127.0.0.1 port ${nobody} (connection refused).`,
      ],
    ]
    await Promise.all(
      cases.map(async ([args, code, sentence]) => {
        await using command = partyline(...args)
        assert.equal(await command.exit, code)
        assert.equal(command.stdout.text, '')
        assert.ok(command.stderr.text.startsWith(`partyline: ${sentence}\n  `), command.stderr.text)
        assert.doesNotMatch(command.stderr.text, /^ +at /m)
      }),
    )
  })
})
