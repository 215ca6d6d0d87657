import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Handler } from '@partyline/sockets'
import { main } from '../main.ts'
import { type FakeIo, fakeIo, Transcript } from '../testing/fake-io.ts'
import { answering, listening, requestOn } from '../testing/raw-server.ts'
import { version } from '../version.ts'

const HELLO = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n'

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly port: number
}

interface Setting {
  readonly io?: FakeIo
  readonly play?: Handler
  readonly path?: string
}

/** Runs `partyline get` against a server of the test. */
async function get(t: TestContext, flags: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const { io = fakeIo(), play = answering(HELLO), path = '/' } = setting
  const port = await listening(t, play)
  const code = await main(['get', ...flags, `http://127.0.0.1:${port}${path}`], io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text, port }
}

function atTerminal(env = {}): FakeIo {
  return { ...fakeIo(env), stdout: new Transcript(true), stderr: new Transcript(true) }
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'partyline-get-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('get writes the body to standard output and nothing else anywhere', async (t) => {
  const { code, stdout, stderr } = await get(t, [])
  assert.deepEqual([code, stdout, stderr], [0, 'hello\n', ''])
})

test('get never looks at standard input', async (t) => {
  const io = Object.defineProperty(fakeIo(), 'stdin', { get: () => assert.fail('standard input was opened') })
  assert.equal((await get(t, ['-v'], { io })).code, 0)
})

test('get -i shows the head as it came, interim ones too', async (t) => {
  const play = answering(`HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n${HELLO}`)
  const { stdout } = await get(t, ['-i'], { play })
  assert.equal(stdout, `HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n${HELLO}`)
})

test('get -I asks for the head only, and shows it', async (t) => {
  let request = ''
  const play: Handler = async (socket) => {
    request = await requestOn(socket)
    await socket.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n')
  }
  const { code, stdout } = await get(t, ['-I'], { play })
  assert.match(request, /^HEAD \/ HTTP\/1\.1\r\n/)
  assert.deepEqual([code, stdout], [0, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n'])
})

test('get -H sends a header in the place of the usual one, or leaves that one out', async (t) => {
  let request = ''
  const play: Handler = async (socket) => {
    request = await requestOn(socket)
    await socket.send(HELLO)
  }
  const { port } = await get(t, ['-H', 'accept: text/plain', '-H', 'User-Agent:', '--header=X: 1'], { play })
  assert.equal(
    request,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\naccept: text/plain\r\nX: 1\r\n\r\n`,
  )
})

test('get -v shows each step, the request and the head of the answer', async (t) => {
  const { stdout, stderr, port } = await get(t, ['-v', '--half-close'])
  assert.equal(stdout, 'hello\n')
  const shown = stderr.replace(/from 127\.0\.0\.1:\d+/, 'from HERE').replaceAll(/\d+\.\d ms/g, 'N ms')
  assert.equal(
    shown,
    [
      `* connected to 127.0.0.1:${port} from HERE after N ms`,
      '> GET / HTTP/1.1',
      `> Host: 127.0.0.1:${port}`,
      `> User-Agent: partyline/${version()}`,
      '> Accept: */*',
      '> Connection: close',
      '* our side is shut down: nothing more will be sent',
      '< HTTP/1.1 200 OK',
      '< Content-Length: 6',
      '* complete: 6 bytes, as its Content-Length says, after N ms',
      '',
    ].join('\n'),
  )
})

test('get -v says whom it asked for the address, and how the end of the answer was found', async (t) => {
  for (const [answer, words] of [
    ['HTTP/1.1 204 No Content\r\n\r\n', '0 bytes, as this kind of answer has no body'],
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
      '1 bytes, its last chunk came',
    ],
    ['HTTP/1.1 200 OK\r\n\r\nab', '2 bytes, the server ended the stream'],
  ] as const) {
    const io = fakeIo()
    const port = await listening(t, answering(answer))
    assert.equal(await main(['get', '-v4', `localhost:${port}`], io), 0)
    assert.match(io.stderr.text, /^\* resolved localhost in \d+\.\d ms: 127\.0\.0\.1\n/)
    assert.match(io.stderr.text, /^\* the request is sent$/m)
    assert.ok(io.stderr.text.includes(`* complete: ${words}, after `), io.stderr.text)
  }
})

test('get -v is dim on a terminal that has colours', async (t) => {
  for (const [flags, start] of [
    [['-v'], '\u001b[2m> GET'],
    [['-v', '--no-color'], '> GET'],
  ] as const) {
    const { stderr } = await get(t, flags, { io: atTerminal({ TERM: 'xterm' }) })
    assert.ok(stderr.includes(`\n${start} / HTTP/1.1`), stderr)
  }
})

test('get lets no control byte of a head or a body reach a terminal', async (t) => {
  const play = answering(
    'HTTP/1.1 200 O\x1b[31mK\r\nX: \x1b]0;owned\x07\x9b\r\nLocation: \x1b[2J\r\n\r\n\x1b[2J\u202e',
  )
  for (const flags of [['-i'], ['-v'], ['-I', '-v']]) {
    const { stdout, stderr } = await get(t, flags, { io: atTerminal({ NO_COLOR: '1' }), play })
    assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n]|\u202e/u)
    assert.ok((stdout + stderr).includes('␛'))
  }
})

test('get refuses on a terminal what is no text, but not with --raw or -o -', async (t) => {
  const play = answering('HTTP/1.1 200 OK\r\n\r\n\x89PNG\0')
  const refused = await get(t, [], { io: atTerminal(), play })
  assert.deepEqual([refused.code, refused.stdout], [1, ''])
  assert.equal(
    refused.stderr,
    'partyline: the answer is not text, and this is a terminal.\n' +
      '  Into a file:  -o FILE        As it is, whatever the terminal makes of it:  --raw\n',
  )
  for (const flags of [['--raw'], ['-o', '-'], ['-o-']]) {
    assert.match((await get(t, flags, { io: atTerminal(), play })).stdout, /PNG\0$/)
  }
})

test('get -o writes a file when the answer is whole, and leaves nothing behind when it is not', async (t) => {
  const dir = await folder(t)
  const file = join(dir, 'page.html')
  const whole = await get(t, ['-o', file])
  assert.deepEqual([whole.code, whole.stdout, whole.stderr], [0, '', ''])
  assert.equal(await readFile(file, 'utf8'), 'hello\n')
  const play = answering('HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\nhalf')
  const cut = await get(t, ['-o', file], { play })
  assert.equal(cut.code, 6)
  assert.match(cut.stderr, /^partyline: 127\.0\.0\.1 port \d+: the answer ended after 4 of 1,024 bytes\.\n$/)
  assert.equal(await readFile(file, 'utf8'), 'hello\n')
  assert.deepEqual(await readdir(dir), ['page.html'])
})

test('get -o says on a terminal where the answer is', async (t) => {
  const file = join(await folder(t), 'page.html')
  const { stdout, stderr } = await get(t, ['-o', file], { io: atTerminal() })
  assert.deepEqual([stdout, stderr], ['', `* 6 bytes are in ${file}\n`])
})

test('get -o says that a file cannot be written before it asks anybody', async (t) => {
  const file = join(await folder(t), 'none', 'page.html')
  const io = fakeIo()
  assert.equal(await main(['get', '-o', file, 'http://no-such-host.invalid/'], io), 1)
  assert.equal(io.stderr.text, `partyline: cannot write ${file} (ENOENT).\n`)
})

test('get ends with 0 whatever the status, and says that it is an error', async (t) => {
  const play = answering('HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnope\n')
  const { code, stdout, stderr } = await get(t, [], { play })
  assert.deepEqual([code, stdout, stderr], [0, 'nope\n', '* the server answers 404 Not Found\n'])
  assert.equal((await get(t, ['-qv'], { play })).stderr, '')
})

test('get --fail ends with 1 for a status of 400 or more, without the body', async (t) => {
  const play = answering('HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnope\n')
  const { code, stdout, stderr, port } = await get(t, ['-f'], { play, path: '/x' })
  assert.deepEqual([code, stdout], [1, ''])
  assert.equal(stderr, `partyline: http://127.0.0.1:${port}/x: the server answers 404 Not Found.\n`)
  assert.equal((await get(t, ['--fail'])).code, 0)
})

test('get does not follow a redirect, and says where it goes', async (t) => {
  const play = answering('HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /new\r\n\r\n')
  const { code, stderr, port } = await get(t, [], { play, path: '/old' })
  const to = `http://127.0.0.1:${port}/new`
  assert.deepEqual([code, stderr], [0, `* 302 Found: goes to ${to}; to follow:  partyline get ${to}\n`])
})

test('get --json writes one object with everything in it', async (t) => {
  const play = answering(
    'HTTP/1.1 200 OK\r\nA: b\r\na: c\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nžl\r\n0\r\nD: e\r\n\r\n',
  )
  const { stdout, stderr, port } = await get(t, ['--json', '-v'], { play })
  assert.equal(stderr, '')
  const { ms, ...answer } = JSON.parse(stdout)
  assert.ok(typeof ms === 'number' && ms > 0)
  assert.deepEqual(answer, {
    url: `http://127.0.0.1:${port}/`,
    status: 200,
    reason: 'OK',
    headers: [
      ['A', 'b'],
      ['a', 'c'],
      ['Transfer-Encoding', 'chunked'],
    ],
    trailers: [['D', 'e']],
    bytes: 3,
    body: 'žl',
    address: `127.0.0.1:${port}`,
  })
})

test('get --json writes what is not UTF-8 as Base64, and leaves out a body that went into a file', async (t) => {
  const play = answering(Buffer.from('HTTP/1.1 200 OK\r\n\r\n\xff\0', 'latin1'))
  assert.deepEqual(JSON.parse((await get(t, ['--json'], { play })).stdout).bodyBase64, '/wA=')
  const file = join(await folder(t), 'page.html')
  const { stdout } = await get(t, ['--json', '-o', file])
  const { bytes, file: named, body } = JSON.parse(stdout)
  assert.deepEqual([bytes, named, body], [6, file, undefined])
  assert.equal(await readFile(file, 'utf8'), 'hello\n')
})

test('get --json writes a failure as an object too', async (t) => {
  const play = answering('HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\nhalf')
  const { code, stdout, stderr, port } = await get(t, ['--json'], { play })
  assert.deepEqual([code, stderr], [6, ''])
  const { error, exitCode, url, status, bytes } = JSON.parse(stdout)
  assert.deepEqual(
    [error, exitCode, url, status, bytes],
    ['incomplete', 6, `http://127.0.0.1:${port}/`, 200, 4],
  )
})

test('get --json refuses a body that is too long for an object', async (t) => {
  const part = Buffer.alloc(65_536, 'x')
  const play: Handler = async (socket) => {
    await requestOn(socket)
    await socket.send('HTTP/1.1 200 OK\r\n\r\n')
    for (let i = 0; i < 257; i++) await socket.send(part)
  }
  const { code, stdout } = await get(t, ['--json'], { play })
  assert.equal(code, 1)
  assert.match(stdout, /the answer has more than 16,777,216 bytes/)
})

test('get speaks TLS, and ends with 8 when the certificate is not to be trusted', async (t) => {
  const fixtures = new URL('../../../sockets/src/testing/fixtures/', import.meta.url)
  const read = (name: string): Promise<string> => readFile(new URL(name, fixtures), 'utf8')
  const [cert, key] = [await read('localhost.cert.pem'), await read('localhost.key.pem')]
  const ca = fileURLToPath(new URL('localhost.cert.pem', fixtures))
  const port = await listening(t, answering(HELLO), { tls: { cert, key } })
  for (const [flags, host, code] of [
    [['--ca', ca], 'localhost', 0],
    [['--ca', ca], '127.0.0.1', 0],
    [['--insecure'], '127.0.0.1', 0],
    [['--ca', ca, '--servername', 'other.example'], '127.0.0.1', 8],
    [[], 'localhost', 8],
  ] as const) {
    const io = fakeIo()
    assert.equal(await main(['get', '-4v', ...flags, `https://${host}:${port}/`], io), code, io.stderr.text)
    assert.equal(io.stdout.text, code === 0 ? 'hello\n' : '')
    if (code === 0) assert.match(io.stderr.text, /^\* TLSv1\.3 with TLS_\w+, certificate of localhost$/m)
    else assert.match(io.stderr.text, /^partyline: the certificate of \S+ port \d+ is /m)
  }
})

test('get leaves with the code of the signal that stops it', async (t) => {
  const io = fakeIo()
  const play: Handler = async (socket) => {
    await requestOn(socket)
    await socket.send('HTTP/1.1 200 OK\r\n\r\nhello\n')
    await io.stdout.until('hello')
    io.stop('SIGTERM')
    await socket.closed
  }
  const { code, stderr } = await get(t, [], { io, play })
  assert.deepEqual([code, stderr], [143, ''])
})

test('get leaves quietly when nobody reads its output any more', async (t) => {
  const io = fakeIo()
  const play: Handler = async (socket) => {
    await requestOn(socket)
    await socket.send('HTTP/1.1 200 OK\r\n\r\nhello\n')
    await io.stdout.until('hello')
    io.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await socket.closed
  }
  const { code, stderr } = await get(t, [], { io, play })
  assert.deepEqual([code, stderr], [0, ''])
})

for (const [args, sentence] of [
  [[], 'no URL was given.'],
  [['ftp://example.com/'], 'ftp:// is not HTTP: only http:// and https:// are understood.'],
  [
    ['http://ann:secret@example.com/'],
    'a name or password in a URL is not sent. Say it in a header: -H "Authorization: Basic ..."',
  ],
  [['-H', 'no header', 'localhost'], 'no header is not a header. Say "Name: value".'],
  [['-H', 'A: b\r\nC: d', 'localhost'], '--header A: b␍␊C: d has a line break or a control character in it.'],
  [['--ca', '/no/such.pem', 'https://localhost'], 'cannot read --ca /no/such.pem (ENOENT).'],
  [['-46', 'localhost'], 'there is no address that is both IPv4 and IPv6: give -4 or -6.'],
] as const) {
  test(`get refuses ${args.length === 0 ? 'to run without a URL' : JSON.stringify(args.join(' '))}`, async () => {
    const io = fakeIo()
    assert.equal(await main(['get', ...args], io), 2)
    const [first] = io.stderr.text.split('\n')
    assert.equal(first?.replace('-H A', '--header A'), `partyline: ${sentence}`)
  })
}
