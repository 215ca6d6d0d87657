/**
 * The clients of the tutorials, as Python 3 in test/tutorials with nothing else changed, against our programs; and
 * their hand-made servers, against our clients. Where they send no newline, none is sent.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { UdpSocket } from '@partyline/sockets'
import { type Child, startNode, startProgram } from '../packages/cli/src/testing/child.ts'
import { freePort, ROOT } from './samples.ts'

const LAUNCHER = `${ROOT}packages/cli/bin/partyline.js`
const HOST = '127.0.0.1'

const { CI } = process.env
const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const skipWithout = (program: string): false | string =>
  has(program) || (CI !== undefined && program === 'python3')
    ? false
    : `there is no ${program} on this machine`
const PYTHON = { skip: skipWithout('python3') }
const ON_LINUX = { skip: process.platform === 'linux' ? PYTHON.skip : 'only Linux tells who listens' }
const TELNET = { skip: skipWithout('telnet') }

function partyline(args: readonly string[], env: Record<string, string> = {}): Child {
  return startNode([LAUNCHER, ...args], { env })
}

function python(file: string, ...args: readonly (string | number)[]): Child {
  return startProgram('python3', ['-u', `${ROOT}test/tutorials/${file}`, ...args.map(String)])
}

/** The tutorial's general client (seed 004), with other texts to send than `hi`; still without newlines. */
function client(port: number, ...texts: readonly string[]): Child {
  const source = readFileSync(`${ROOT}test/tutorials/004-client.py`, 'utf8')
  const turns = texts.map((text) => `S.send(b"${text}")\n`).join('')
  assert.ok(source.includes('S.send(b"hi")\n'))
  const program = source.replace('S.send(b"hi")\n', turns)
  return startProgram('python3', ['-u', '-c', program, HOST, String(port)])
}

/** A service of ours on a free port. */
async function service(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ program: Child; port: number }> {
  const program = partyline(['service', ...args], env)
  await program.stdout.until(/Listening on .*:\d+\n/)
  return { program, port: Number(/:(\d+)\n/.exec(program.stdout.text)?.[1]) }
}

/** What the client printed, when it has ended by itself. */
async function printed(one: Child): Promise<string> {
  await using _ = one
  assert.equal(await one.exit, 0, one.stderr.text)
  return one.stdout.text
}

describe("the tutorials' own clients", { concurrency: 3 }, () => {
  test('seed 000: the client receives the welcome of the chat', PYTHON, async () => {
    await using chat = partyline(['serve', '--text-port', '0', '--no-console'])
    await chat.stdout.until(/^Listening on :\d+\n/)
    const port = Number(/:(\d+)/.exec(chat.stdout.text)?.[1])
    const text = await printed(python('000-client.py', HOST, port))
    assert.match(text, /received:\n-{37}\nWelcome to Partyline\n-{37}\nPlease enter your screen name:\n/)
    await chat.stdout.until('Incoming Connection\nclient disconnecting\n')
  })

  test('seed 001: the HTTP client gets a whole answer from partyline listen', PYTHON, async () => {
    const answer = 'HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nhello\\n'
    await using server = partyline(['listen', '--reply', answer, HOST, '0'])
    await server.stderr.until(/listening on .*:\d+\n/)
    const port = Number(/:(\d+)\n/.exec(server.stderr.text)?.[1])
    assert.equal(await printed(python('001-http-client.py', HOST, port)), '44\n')
    await server.stdout.until(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
  })

  test('seed 001: the second interpreter talks to partyline listen', PYTHON, async () => {
    await using server = partyline(['listen', '--reply', 'Yes, I hear you.', HOST, '0'])
    await server.stderr.until(/listening on .*:\d+\n/)
    const port = Number(/:(\d+)\n/.exec(server.stderr.text)?.[1])
    assert.equal(await printed(python('001-flow-client.py', HOST, port)), "b'Yes, I hear you.'\n")
    await server.stdout.until('Hey, can you hear me?')
  })

  test('seed 002: telnet gets hello, its line back, and the end', TELNET, async () => {
    const { program, port } = await service(['hello', '0'])
    await using _ = program
    await using telnet = startProgram('telnet', [HOST, String(port)])
    await telnet.stdout.until('hello\n')
    telnet.process.stdin?.write('hi back atcha\n')
    await telnet.stdout.until('hi back atcha')
    await telnet.exit
    assert.match(`${telnet.stdout.text}${telnet.stderr.text}`, /Connection closed by foreign host/)
  })

  test('seed 003: the client takes turns with partyline talk', PYTHON, async () => {
    await using ours = partyline(['talk', '--turns', '--listen', '0'])
    await ours.stderr.until(/talk .*:\d+/)
    const port = Number(/talk \S*:(\d+)/.exec(ours.stderr.text)?.[1])
    await using theirs = python('003-turns-client.py', HOST, port)
    theirs.process.stdin?.write('hello\n')
    await ours.stdout.until('Received: hello\n')
    ours.process.stdin?.write('hello yourself\n')
    await theirs.stdout.until('Received: hello yourself')
    theirs.process.stdin?.write('für dich\n')
    await ours.stdout.until('Received: für dich\n')
  })

  test('seed 003: the server takes turns with partyline talk', ON_LINUX, async () => {
    const port = await freePort()
    await using theirs = python('003-turns-server.py', port)
    const ours = await untilItListens(port, () => partyline(['talk', '--turns', `${HOST}:${port}`]))
    await using _ = ours
    ours.process.stdin?.write('hello\n')
    theirs.process.stdin?.write('who is there?\n')
    await theirs.stdout.until('Received: hello')
    await ours.stdout.until('Received: who is there?\n')
  })

  test('seed 004: echo gives back what was sent', PYTHON, async () => {
    const { program, port } = await service(['echo', '0'])
    await using _ = program
    assert.equal(await printed(client(port, 'hi')), "b'hi'\n")
  })

  test('seed 004: the greeter greets', PYTHON, async () => {
    const { program, port } = await service(['greeter', '0'])
    await using _ = program
    assert.equal(await printed(client(port, 'User')), "b'Hi User\\n'\n")
  })

  test('seed 004: the login lets in whom it knows, and nobody else', PYTHON, async () => {
    const { program, port } = await service(['login', '0', '--user', 'admin'], {
      PARTYLINE_PASSWORD: '12345',
    })
    await using _ = program
    // Two sends in a row arrive as one packet or as two: with a newline it is two lines in any case.
    assert.equal(
      await printed(client(port, 'admin\\n', '12345\\n')),
      "b'hello admin, welcome to the server\\n'\n",
    )
    assert.equal(await printed(client(port, 'admin\\n', '54321\\n')), "b'wrong name or password\\n'\n")
    assert.equal(await printed(client(port, 'nobody\\n', '12345\\n')), "b'wrong name or password\\n'\n")
  })

  test('seed 004: the command server answers each letter', PYTHON, async () => {
    const { program, port } = await service(['commands', '0'])
    await using _ = program
    for (const letter of ['R', 'r']) {
      assert.match(await printed(client(port, letter)), /^b'(?:[1-9]|10)\\n'\n$/)
    }
    assert.match(await printed(client(port, 'T')), /^b'.*\d\d:\d\d:\d\d.*\\n'\n$/)
    assert.match(
      await printed(client(port, 'L')),
      /^b'TypeScript \d+\.\d+\.\d+ on Node\.js \d+\.\d+\.\d+\\n'\n$/,
    )
    assert.equal(await printed(client(port, 'x')), "b'wrong option selected\\n'\n")
    assert.match(await printed(client(port, 'E')), /^b'.*'\n$/)
    assert.equal(await program.exit, 0)
  })

  test('seed 004: the UDP echo server gives the whole datagram back', async () => {
    const { program, port } = await service(['udp-echo', '0'])
    await using _ = program
    await using socket = await UdpSocket.bind(0)
    await socket.sendTo('hello', port, HOST)
    assert.equal(String((await socket.recvFrom()).data), 'hello')
    await program.stdout.until(`Echoing data back to ('${HOST}', ${socket.local.port})\n`)
    assert.match(program.stdout.text, new RegExp(`^Listening on ${HOST}:${port}\n`))
  })

  test('seed 004: the UDP log server logs each datagram on a line', async () => {
    const { program, port } = await service(['udp-log', '0'])
    await using _ = program
    await using socket = await UdpSocket.bind(0)
    await socket.sendTo('hello', port, HOST)
    await socket.sendTo(Buffer.from([0, 10, 255, 39]), port, HOST)
    const line = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} udp_server {6}DEBUG\tb(['"]).*\1$/
    await program.stdout.until(`b"\\x00\\n\\xff'"\n`)
    const [first = '', ...lines] = program.stdout.text.trimEnd().split('\n')
    assert.equal(first, `Listening on udp ${HOST}:${port}`)
    assert.equal(lines.length, 2)
    for (const one of lines) assert.match(one, line)
    assert.ok(lines[0]?.endsWith("\tb'hello'"))
  })
})

describe("the tutorials' hand-made servers", { concurrency: 2 }, () => {
  for (const [file, sent, heard] of [
    ['001-handmade-server.py', 'short enough', 'message received'],
    ['001-flow-server.py', 'Hey, can you hear me?', 'Yes, I hear you.'],
    ['004-first-server.py', 'anything', 'hi'],
  ] as const) {
    test(`${file} hears partyline connect, and is heard`, ON_LINUX, async () => {
      const port = await freePort()
      await using server = python(file, port)
      const ours = await untilItListens(port, () => partyline(['connect', HOST, String(port)]))
      await using _ = ours
      ours.process.stdin?.end(sent)
      assert.equal(await ours.exit, 0, ours.stderr.text)
      assert.equal(ours.stdout.text, heard)
      assert.equal(await server.exit, 0, server.stderr.text)
      assert.match(server.stdout.text, new RegExp(`b'${sent.replace('?', '\\?')}'`))
    })
  }
})

/**
 * Starts a client of ours as soon as the port is listened at. A connection would use up the only accept of these
 * servers, so the kernel is asked.
 */
async function untilItListens(port: number, start: () => Child): Promise<Child> {
  const row = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} 0{8}:0000 0A `)
  while (!row.test(readFileSync('/proc/net/tcp', 'utf8')))
    await new Promise((resolve) => setImmediate(resolve))
  return start()
}
