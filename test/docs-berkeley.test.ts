/** The programs of docs/berkeley.md, run as they stand there, against strangers who know only bytes. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import {
  assertShown,
  type Program,
  programsOf,
  type RunningSample,
  runSample,
  startSample,
  typeErrorsOf,
} from './samples.ts'

const PAGE = 'docs/berkeley.md'
const HOST = '127.0.0.1'
const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  programsOf(PAGE).map((entry) => [entry.program.info, entry]),
)

function program(name: string): Program {
  const found = PROGRAMS.get(name)
  assert.ok(found !== undefined, `${PAGE} has no program ${name}`)
  return found
}

/** Starts a server. The tutorials' say nothing when they are ready, so a line is added after `listen` to hear it. */
async function startServer(name: string, input?: string): Promise<RunningSample> {
  const sample = program(name).program
  const code = sample.code.replace(/^(await \w+\.listen\(.*\))$/m, "$1; console.log('ready')")
  assert.notEqual(code, sample.code)
  const server = await startSample({ ...sample, code }, { input })
  assert.equal(await server.line(), 'ready')
  return server
}

/** Says something to a server as nc does, and returns all that it answers. */
async function say(server: RunningSample, words: string): Promise<string> {
  const stranger = connect(server.port, HOST)
  stranger.end(words)
  return await text(stranger)
}

/** All the lines that a program still prints, to its end. */
async function rest(running: RunningSample): Promise<string> {
  const lines: string[] = []
  for await (const line of running) lines.push(line)
  await running.ended()
  return lines.join('\n')
}

/** A server of node:net for the clients of the page. */
async function openServer(serve: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const server: Server = createServer({ allowHalfOpen: true }, serve)
  server.listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Answers each thing that it hears, until the other side ends. Returns what it heard. */
async function takeTurns(socket: Socket): Promise<string[]> {
  const heard: string[] = []
  for await (const words of socket) {
    heard.push(String(words))
    socket.write(`re: ${words}`)
  }
  return heard
}

/** Sends datagrams from one socket, and returns the answers. */
async function sendDatagrams(port: number, words: readonly string[], answers: number): Promise<string[]> {
  const stranger = createSocket('udp4')
  const heard: string[] = []
  stranger.on('message', (message) => heard.push(String(message)))
  for (const word of words) await new Promise((sent) => stranger.send(word, port, HOST, sent))
  while (heard.length < answers) await once(stranger, 'message')
  stranger.close()
  return heard
}

test('docs/berkeley.md: the types of its programs are right', async () => {
  assert.equal(await typeErrorsOf(PAGE), '')
})

test('docs/berkeley.md: hello-server says hello and gives back what came', async () => {
  const server = await startServer('hello-server')
  assert.equal(await say(server, 'hi back atcha'), 'hello\nhi back atcha')
  assert.equal(await rest(server), 'hi back atcha')
})

test('docs/berkeley.md: chat-client shows the welcome, and refused says that nobody listens', async () => {
  const line = '-'.repeat(37)
  const welcome = `${line}\nWelcome to the chat\n${line}\nPlease enter your screen name:`
  const client = program('chat-client')
  {
    await using server = await openServer((socket) => socket.end(welcome))
    assertShown(await runSample(client.program, { port: server.port }), client.output)
  }
  const refused = program('refused')
  assertShown(await runSample(refused.program), refused.output)
})

test('docs/berkeley.md: http-get receives a page of many parts to its end', async () => {
  const page = Buffer.alloc(300_000, 'page ')
  const head = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'
  let request: Promise<string> | undefined
  await using server = await openServer((socket) => {
    request = text(socket)
    socket.write(head)
    socket.end(page)
  })
  const sample = program('http-get').program
  const code = sample.code
    .replace("const host = 'crisewing.com'", "const host = 'localhost'")
    .replace("const service = 'http'", `const service = '${server.port}'`)
  const printed = await runSample({ ...sample, code })
  assert.equal(printed, `${head.length + page.length}`)
  assert.match((await request) ?? '', /^GET \/ HTTP\/1\.1\r\nHost: localhost\r\n/)
})

test('docs/berkeley.md: the two interpreters hear each other', async () => {
  const server = await startServer('interpreter-server')
  const client = program('interpreter-client')
  assertShown(await runSample(client.program, { port: server.port }), client.output)
  assertShown(await rest(server), program('interpreter-server').output)
})

test('docs/berkeley.md: the chat for two takes turns, on either side', async () => {
  const server = await startServer('talk-server', 'hi there\nbye\n')
  const heardFromServer = takeTurns(connect(server.port, HOST))
  assert.equal(await rest(server), 'Received: re: hi there\nReceived: re: bye')
  assert.deepEqual(await heardFromServer, ['hi there', 'bye'])

  const heard: Promise<string[]>[] = []
  await using stranger = await openServer((socket) => heard.push(takeTurns(socket)))
  const printed = await runSample(program('talk-client').program, { port: stranger.port, input: 'hello\n' })
  assert.equal(printed, 'Received: re: hello')
  assert.deepEqual(await heard[0], ['hello'])
})

test('docs/berkeley.md: hi-client and hi-server say hi', async () => {
  const server = await startServer('hi-server')
  const client = program('hi-client')
  assertShown(await runSample(client.program, { port: server.port }), client.output)
  assertShown(await rest(server), program('hi-server').output)
})

test('docs/berkeley.md: echo-server gives back everything', async () => {
  const server = await startServer('echo-server')
  const much = 'echo '.repeat(40_000)
  assert.equal(await say(server, much), much)
  await server.ended()
})

test('docs/berkeley.md: udp-echo gives back whole datagrams', async () => {
  const sample = program('udp-echo').program
  await using server = await startSample({ ...sample, code: sample.code.replace("'0.0.0.0'", `'${HOST}'`) })
  assert.equal(await server.line(), 'Listening on 127.0.0.1:31337')
  const words = ['one', 'a longer one', '']
  assert.deepEqual(await sendDatagrams(server.port, words, words.length), words)
  assert.match((await server.line()) ?? '', /^Echoing data back to \('127\.0\.0\.1', \d+\)$/)
})

test('docs/berkeley.md: greeter greets', async () => {
  const server = await startServer('greeter')
  assert.equal(await say(server, 'Ann\r\n'), 'Hi Ann\n')
  await server.ended()
})

test('docs/berkeley.md: login takes two lines in one packet, and answers a wrong password', async () => {
  for (const [words, answer] of [
    ['admin\n12345\n', 'hello admin, welcome to the server\n'],
    ['admin\r\nwrong\r\n', 'wrong name or password\n'],
  ] as const) {
    const server = await startServer('login')
    assert.equal(await say(server, words), answer)
    await server.ended()
  }
})

test('docs/berkeley.md: commands answers until E', async () => {
  const server = await startServer('commands')
  const stranger = connect(server.port, HOST)
  const ask = async (command: string): Promise<string> => {
    stranger.write(command)
    return String((await once(stranger, 'data'))[0])
  }
  assert.match(await ask('r\n'), /^([1-9]|10)\n$/)
  assert.match(await ask('T\r\n'), /^\d{4}-\d\d-\d\dT/)
  assert.equal(await ask('L'), `Node.js ${process.versions.node}\n`)
  assert.equal(await ask('x\n'), 'wrong option selected\n')
  stranger.write('E')
  assert.equal(await text(stranger), '')
  await server.ended()
})

test('docs/berkeley.md: udp-log shows each datagram in one line', async () => {
  await using server = await startSample(program('udp-log').program)
  assert.equal(await server.line(), 'Listening on udp 127.0.0.1:1234')
  await sendDatagrams(server.port, ['hello', 'two\nlines \u001b[31m'], 0)
  assert.equal(await server.line(), '"hello"')
  assert.equal(await server.line(), '"two\\nlines \\u001b[31m"')
})
