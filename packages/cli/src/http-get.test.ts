import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HttpResponseHead, parseHttpUrl } from '@partyline/protocols'
import { formatAddress, SocketError, TcpListener, type TcpSocket } from '@partyline/sockets'
import { CommandError } from './failure.ts'
import { type HttpAnswer, type HttpGetListener, type HttpGetOptions, httpGet } from './http-get.ts'
import { answering, byteByByte, listening, requestOn, turns } from './testing/raw-server.ts'

/** Keeps what it hears. */
class Listener implements HttpGetListener {
  readonly steps: string[] = []
  readonly heads: HttpResponseHead[] = []
  readonly #body: Buffer[] = []
  socket: TcpSocket | undefined

  resolved(host: string): void {
    this.steps.push(`resolved ${host}`)
  }
  connected(socket: TcpSocket): void {
    this.socket = socket
    this.steps.push('connected')
  }
  requested(request: string): void {
    this.steps.push(request)
  }
  async head(head: HttpResponseHead): Promise<void> {
    this.heads.push(head)
    this.steps.push(`head ${head.status}`)
  }
  async body(data: Uint8Array): Promise<void> {
    this.#body.push(Buffer.from(data))
  }
  get text(): string {
    return Buffer.concat(this.#body).toString()
  }
}

function fetching(
  url: string,
  options: Partial<HttpGetOptions> = {},
  listener: HttpGetListener = new Listener(),
): Promise<HttpAnswer> {
  return httpGet(
    {
      url: parseHttpUrl(url),
      method: 'GET',
      version: '1.2.3',
      headers: [],
      halfClose: false,
      waitMs: 60_000, // for what does come: a machine that stands still fails nothing
      family: undefined,
      tls: {},
      signal: new AbortController().signal,
      ...options,
    },
    listener,
  )
}

async function fails(fetched: Promise<unknown>): Promise<CommandError> {
  const error: unknown = await fetched.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof CommandError, String(error))
  return error
}

const LENGTH_5 = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'

test('httpGet goes through the steps, and says how the end was found', async (t) => {
  const port = await listening(t, answering(LENGTH_5))
  const listener = new Listener()
  const answer = await fetching(`localhost:${port}/a b?c`, { family: 4 }, listener)
  const request = [
    'GET /a%20b?c HTTP/1.1',
    `Host: localhost:${port}`,
    'User-Agent: partyline/1.2.3',
    'Accept: */*',
    'Connection: close',
    '\r\n',
  ].join('\r\n')
  assert.deepEqual(listener.steps, ['resolved localhost', 'connected', request, 'head 200'])
  assert.equal(listener.text, 'hello')
  const { head, bytes, endsBy, address, ms } = answer
  assert.deepEqual([head.status, bytes, endsBy, address], [200, 5, 'length', `127.0.0.1:${port}`])
  assert.ok(ms > 0)
})

test('httpGet sends what the server receives, with the headers asked for', async (t) => {
  const requests: string[] = []
  const port = await listening(t, async (socket) => {
    requests.push(await requestOn(socket))
    await socket.send(LENGTH_5)
  })
  const headers = [
    ['Accept', 'text/plain'],
    ['X', 'é'],
  ] as const
  await fetching(`127.0.0.1:${port}`, { method: 'HEAD', headers })
  assert.deepEqual(requests, [
    `HEAD / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: partyline/1.2.3\r\nConnection: close\r\n` +
      'Accept: text/plain\r\nX: é\r\n\r\n',
  ])
})

for (const [name, pieces, body, endsBy] of [
  ['in single bytes', byteByByte(LENGTH_5), 'hello', 'length'],
  ['until the end of the stream', ['HTTP/1.0 200 OK\r\n\r\nhe', 'llo'], 'hello', 'end of the stream'],
  [
    'in chunks that packets do not respect',
    byteByByte(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x\r\n!\r\n0\r\nA: b\r\n\r\n',
    ),
    'hello!',
    'last chunk',
  ],
  ['after an interim one', [`HTTP/1.1 100 Continue\r\n\r\n${LENGTH_5}`], 'hello', 'length'],
  ['without a body', ['HTTP/1.1 204 No Content\r\n\r\n'], '', 'no body'],
] as const) {
  test(`httpGet receives an answer ${name}`, async (t) => {
    const port = await listening(t, answering(...pieces))
    const listener = new Listener()
    const answer = await fetching(`127.0.0.1:${port}`, {}, listener)
    assert.deepEqual([listener.text, answer.endsBy], [body, endsBy])
  })
}

test('httpGet leaves in order when the answer is complete, and does not wait for the end of the stream', async (t) => {
  const { promise: left, resolve: leave } = Promise.withResolvers<Buffer | null | undefined>()
  const port = await listening(t, async (socket) => {
    await requestOn(socket)
    await socket.send(LENGTH_5)
    leave(await socket.recv().catch(() => undefined)) // no end of ours before theirs
  })
  assert.equal((await fetching(`127.0.0.1:${port}`)).bytes, 5)
  assert.equal(await left, null)
})

test('httpGet is content with a complete answer that a reset follows', async (t) => {
  const listener = new Listener()
  const { promise: taken, resolve: received } = Promise.withResolvers<void>()
  listener.body = async () => received()
  const port = await listening(t, async (socket) => {
    await requestOn(socket)
    await socket.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
    await taken
    socket.abort()
  })
  assert.equal((await fetching(`127.0.0.1:${port}`, {}, listener)).bytes, 5)
})

test('httpGet shuts its side down after the request only when asked to', async (t) => {
  for (const halfClose of [true, false]) {
    let ended: boolean | undefined
    const port = await listening(t, async (socket) => {
      await requestOn(socket)
      if (halfClose) ended = (await socket.recv()) === null
      else ended = socket.tryRecv() === null
      await socket.send(LENGTH_5)
    })
    await fetching(`127.0.0.1:${port}`, { halfClose })
    assert.equal(ended, halfClose)
  }
})

test('httpGet reads the answer of a server that closes without reading the request', async (t) => {
  const port = await listening(t, async (socket) => {
    await socket.send(LENGTH_5)
  })
  const listener = new Listener()
  await fetching(`127.0.0.1:${port}`, {}, listener)
  assert.equal(listener.text, 'hello')
})

test('httpGet takes no more from the network than its listener takes', async (t) => {
  const size = 8 * 1024 * 1024
  const port = await listening(t, async (socket) => {
    await requestOn(socket)
    await socket.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
    for (let sent = 0; sent < size; sent += 65_536) await socket.send(Buffer.alloc(65_536, 'x'))
  })
  const { promise: hasRoom, resolve: makeRoom } = Promise.withResolvers<void>()
  const { promise: isOffered, resolve: offer } = Promise.withResolvers<void>()
  const listener = new Listener()
  const pieces: number[] = []
  listener.body = async (data) => {
    pieces.push(data.length)
    offer()
    await hasRoom
  }
  const fetched = fetching(`127.0.0.1:${port}`, {}, listener)
  await isOffered
  await turns(2000)
  assert.equal(pieces.length, 1)
  const held = listener.socket?.bytesIn ?? Infinity
  assert.ok(held < 512 * 1024, `${held} bytes were received while nobody took them`)
  makeRoom()
  await fetched
  assert.equal(
    pieces.reduce((sum, length) => sum + length, 0),
    size,
  )
})

for (const [name, answer, exitCode, sentence] of [
  [
    'ended early',
    'HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\nhello',
    6,
    /: the answer ended after 5 of 1,024 bytes\.$/,
  ],
  [
    'ended before its last chunk',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    6,
    /after 5 bytes, before its last chunk\.$/,
  ],
  ['never came', '', 6, /: the connection ended before any answer\.$/],
  ['is not HTTP', 'hello\x1b[2J\n', 1, /: the answer is not HTTP: it begins with "hello␛\[2J␊"\.$/],
  [
    'has two lengths',
    'HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello',
    1,
    /: the answer states its length/,
  ],
] as const) {
  test(`httpGet says with exit code ${exitCode} that an answer ${name}`, async (t) => {
    const port = await listening(t, answering(answer))
    const url = `http://127.0.0.1:${port}/`
    const error = await fails(fetching(url))
    assert.match(error.message, sentence)
    assert.ok(error.message.startsWith(`127.0.0.1 port ${port}: `))
    const { url: named } = error.facts
    assert.deepEqual([error.exitCode, named], [exitCode, url])
    assert.equal(SocketError.is(error.cause, 'incomplete'), exitCode === 6)
  })
}

for (const [name, halfClose, hints] of [
  ['--half-close', true, ['Some servers leave when our side is shut down: try without --half-close.']],
  ['nothing more', false, []],
] as const) {
  test(`httpGet suggests ${name} to do without when no answer came`, async (t) => {
    const port = await listening(t, answering())
    assert.deepEqual((await fails(fetching(`127.0.0.1:${port}`, { halfClose }))).hints, hints)
  })
}

test('httpGet says that a reset cut the answer off, and how far it had come', async (t) => {
  for (const [sent, sentence, facts] of [
    ['', /reset the connection, before it answered\.$/, { bytes: 0 }],
    [
      'HTTP/1.1 200 OK\r\n\r\nhello',
      /reset the connection, after 5 bytes of the answer\.$/,
      { bytes: 5, status: 200 },
    ],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\nhello',
      /, after 5 of 1,024 bytes of the answer\.$/,
      { bytes: 5, status: 200 },
    ],
  ] as const) {
    const { promise: taken, resolve: received } = Promise.withResolvers<void>()
    const listener = new Listener()
    listener.body = async () => received()
    if (sent === '') received()
    const port = await listening(t, async (socket) => {
      await requestOn(socket)
      await socket.send(sent)
      await taken
      socket.abort()
    })
    const error = await fails(fetching(`127.0.0.1:${port}`, {}, listener))
    assert.match(error.message, sentence)
    assert.equal(error.exitCode, 6)
    assert.deepEqual(error.facts, { url: `http://127.0.0.1:${port}/`, ...facts })
  }
})

test('httpGet gives up with 5 when nothing comes for the time it was given', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const port = await listening(t, async (socket) => {
    await requestOn(socket)
    await turns(1)
    t.mock.timers.tick(50)
    await socket.closed
  })
  const error = await fails(fetching(`127.0.0.1:${port}`, { waitMs: 50 }))
  assert.equal(error.exitCode, 5)
  assert.equal(error.message, `nothing came from 127.0.0.1 port ${port} for 0.05 s, before it answered.`)
  assert.deepEqual(error.hints, ['To wait longer:  -w SECONDS'])
})

test('httpGet rejects with aborted when it is stopped, connecting or receiving', async (t) => {
  const stop = new AbortController()
  const port = await listening(t, async (socket) => {
    await requestOn(socket)
    stop.abort()
    await socket.closed
  })
  for (const signal of [stop.signal, AbortSignal.abort()]) {
    await assert.rejects(fetching(`127.0.0.1:${port}`, { signal }), (error) =>
      SocketError.is(error, 'aborted'),
    )
  }
})

test('httpGet ends with what its listener rejects with, and resets the connection', async (t) => {
  let closed: Promise<unknown> | undefined
  const port = await listening(t, async (socket) => {
    closed = socket.closed
    await requestOn(socket)
    await socket.send('HTTP/1.1 200 OK\r\n\r\n')
    await socket.closed
  })
  const listener = new Listener()
  const full = new CommandError(1, 'the disk is full.')
  listener.head = async () => {
    throw full
  }
  assert.equal(await fails(fetching(`127.0.0.1:${port}`, {}, listener)), full)
  await closed
})

test('httpGet knows a server that speaks TLS by its first bytes, and one that does not', async (t) => {
  const alert = Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46)
  const tls = await listening(t, answering(alert))
  const speaks = await fails(fetching(`127.0.0.1:${tls}/x`))
  assert.deepEqual([speaks.exitCode, speaks.hints], [1, [`It speaks TLS:  https://127.0.0.1:${tls}/x`]])
  const plain = await listening(t, async (socket: TcpSocket) => {
    await socket.recv()
    await socket.send('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  const does = await fails(fetching(`https://127.0.0.1:${plain}/x`))
  assert.equal(does.message, `127.0.0.1 port ${plain} does not speak TLS.`)
  assert.deepEqual([does.exitCode, does.hints], [8, [`If it speaks HTTP:  http://127.0.0.1:${plain}/x`]])
})

test('httpGet says in which step a connection could not be had', async (t) => {
  const port = await listening(t, answering(LENGTH_5))
  const closed = await TcpListener.listen(0, '127.0.0.1')
  await closed.close()
  assert.equal((await fails(fetching(formatAddress(closed.address)))).exitCode, 4)
  assert.equal((await fails(fetching(`127.0.0.1:${port}`, { family: 6 }))).exitCode, 3)
})
