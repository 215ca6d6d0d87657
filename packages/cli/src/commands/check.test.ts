/** `partyline check` against programs made here: right ones, wrong ones, hostile ones. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Handler, TcpListener, UdpSocket } from '@partyline/sockets'
import { freePort } from '../check/free-port.ts'
import { main } from '../main.ts'
import { fakeIo } from '../testing/fake-io.ts'

const { PATH } = process.env

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** It waits long for what is expected to come, so that a busy machine fails nothing; `-w` where it does not come. */
async function check(...argv: string[]): Promise<Outcome> {
  const io = fakeIo({ PATH })
  const patience = argv.includes('-w') ? [] : ['-w', '60']
  const code = await main(['check', ...argv, ...patience], io)
  return { code, out: io.stdout.text, err: io.stderr.text }
}

/** A server on a free port, and that port. */
async function serving(handler: Handler): Promise<{ port: string } & AsyncDisposable> {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const done = listener.serve(handler)
  return {
    port: String('port' in listener.address ? listener.address.port : 0),
    async [Symbol.asyncDispose]() {
      await listener.close({ drain: 0 })
      await done
    },
  }
}

/** The objects that --json prints. */
function objects(out: string): Record<string, unknown>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const HELLO: Handler = async (socket) => {
  await socket.send('hello\n')
  await socket.send((await socket.recv(1000)) ?? '')
}

test('check says ok for each point that holds, and how many', async () => {
  await using server = await serving(HELLO)
  const { code, out, err } = await check('hello', '127.0.0.1', server.port, '--only', 'greets-first,closes')
  assert.equal(code, 0)
  assert.equal(
    out,
    [
      'ok    greets-first  says hello before the client has said anything',
      'ok    closes        closes the connection after the echo',
      '2 of 2 points hold',
      '',
    ].join('\n'),
  )
  assert.equal(err, '')
})

test('check shows what was sent, expected and came, why it matters and where the cure is', async () => {
  await using server = await serving(async (socket) => {
    await socket.send('hello\n')
    for await (const line of socket.lines()) await socket.send(`${line}\n`)
  })
  const { code, out } = await check('hello', server.port, '--only', 'crlf')
  assert.equal(code, 1)
  assert.equal(
    out,
    [
      'FAIL  crlf  sends back CR LF as it came',
      '      sent      |hi back atcha␍␊|',
      '      expected  |hello␊|, then |hi back atcha␍␊|',
      '      came      |hello␊|hi back atcha␊|',
      '      why       telnet ends each line with CR LF, and an echo changes nothing.',
      '      example   examples/04-hello.ts',
      '0 of 1 point holds',
      '',
    ].join('\n'),
  )
})

test('check --verbose shows the bytes of points that hold too, --quiet only those that do not', async () => {
  await using server = await serving(HELLO)
  const loud = await check('hello', server.port, '--only', 'echoes', '-v')
  assert.match(loud.out, / {6}came {6}\|hello␊\|hi back atcha␊\|\n/)
  assert.equal((await check('hello', server.port, '--only', 'echoes', '-q')).out, '1 of 1 point holds\n')
})

test('check --json prints an object for each point and one for all, with stable keys', async () => {
  await using server = await serving(HELLO)
  const { code, out } = await check('hello', server.port, '--only', 'echoes,second-client', '--json')
  const [echoes, second, summary] = objects(out)
  assert.equal(code, 0)
  assert.deepEqual(echoes, {
    point: 'echoes',
    title: 'sends back the line that it got',
    ok: true,
    seen: true,
    sent: '|hi back atcha␊|',
    expected: '|hello␊|, then |hi back atcha␊|',
    came: '|hello␊|hi back atcha␊|',
    why: 'What recv() returned is what must be sent back: all of it, and nothing else.',
    example: 'examples/04-hello.ts',
  })
  const { sent } = second ?? {}
  assert.equal(sent, '#1 |client 1␊|\n#2 |client 2␊|')
  assert.deepEqual(summary, { points: 2, hold: 2, fail: 0, notSeen: 0, ok: true })
})

test('check tells a server that ends after one client by one point, and that the rest was not seen', async () => {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const port = String('port' in listener.address ? listener.address.port : 0)
  const once = listener.accept().then(async (socket) => {
    await listener.close()
    await socket.send('hello\n')
    await socket.close()
  })
  const { code, out } = await check('hello', port, '--only', 'greets-first,echoes,second-client,reset')
  await once
  assert.equal(code, 1)
  assert.deepEqual(
    out
      .split('\n')
      .filter((line) => /^\S/.test(line))
      .map((line) => line.slice(0, 20).trim()),
    [
      'ok    greets-first',
      '-     echoes',
      'FAIL  second-client',
      '-     reset',
      '1 of 4 points hold;',
      'The checker can star',
    ],
  )
  assert.match(out, /--start 'COMMAND'/)
})

test('check does not say of a server that failed later that it serves one client only', async () => {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const port = String('port' in listener.address ? listener.address.port : 0)
  const serving = listener.serve(async (socket) => {
    await socket.send('hello\n')
    const data = (await socket.recv(1000)) ?? Buffer.alloc(0)
    if (data.includes('\r')) await listener.close({ drain: 0 })
    await socket.send(data)
  })
  const { out } = await check('hello', port, '--only', 'greets-first,echoes,crlf,second-client')
  await serving
  assert.match(out, /^- {5}second-client/m)
  assert.match(out, /^2 of 4 points hold; 1 not seen, because nobody listens any more since crlf\n/m)
})

test('check exits with 4 and a sentence when nobody listens at the start', async () => {
  const port = String(await freePort('tcp', '127.0.0.1'))
  for (const exercise of ['hello', 'udp-echo']) {
    const { code, out, err } = await check(exercise, '127.0.0.1', port)
    assert.equal(code, 4)
    assert.equal(out, '')
    assert.match(err, new RegExp(`^partyline: nobody is listening on 127.0.0.1 port ${port} `))
    const [failure] = objects((await check(exercise, '127.0.0.1', port, '--json')).out)
    const { error, exitCode } = failure ?? {}
    assert.deepEqual({ error, exitCode }, { error: 'refused', exitCode: 4 })
  }
})

test('check --start says with the last words of the program why it does not listen', async () => {
  const command = `'${process.execPath}' -e 'console.error("no way"); process.exit(7)' {port}`
  const { code, err } = await check('hello', '--start', command)
  assert.equal(code, 4)
  assert.match(
    err,
    /^partyline: the server that was started does not answer: it ended \(exit code 7\): no way\.\n/,
  )
})

test('check survives a server that never ends its answer, and shows nothing of it to the terminal', async () => {
  await using server = await serving(async (socket) => {
    for (;;) await socket.send(`\u001b]0;owned\u0007${'\u0000'.repeat(50_000)}`)
  })
  const { code, out } = await check('chat', server.port, '--only', 'welcome,quit')
  assert.equal(code, 1)
  assert.match(out, /came {6}\|␛\]0;owned␇␀+/)
  assert.doesNotMatch(out, /[\p{Cc}--\n]/v)
})

test('check survives a server that sends a byte now and then, and one that resets', async () => {
  await using resets = await serving((socket) => socket.abort())
  const { code, out } = await check('echo', resets.port, '--only', 'echoes')
  assert.equal(code, 1)
  assert.match(out, /came {6}RST\n/)
})

test('check does not blame an answer for how the server reads lines', async () => {
  await using server = await serving(async (socket) => {
    if (String(await socket.recv()) === 'T') await socket.send('12:30')
  })
  assert.match((await check('commands', server.port, '--only', 'time')).out, /^ok {4}time /m)
  const { out } = await check('commands', server.port, '-w', '0.3', '--only', 'lines')
  assert.match(out, /^FAIL {2}lines /m)
})

test('check passes over prompts, and is content with any wording', async () => {
  await using server = await serving(async (socket) => {
    await socket.send('What is your name? ')
    const name = await socket.readLine()
    await socket.send(`Well, hi there, dear ${name ?? ''}!\r\n`)
  })
  const { code } = await check('greeter', server.port, '--only', 'greets,name-alone,split,joined,utf8,closes')
  assert.equal(code, 0)
})

test('check ends its connections politely: a server that does not expect a reset goes on', async () => {
  const failures: unknown[] = []
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const done = listener.serve(
    async (socket) => {
      await socket.send('hello\n')
      await socket.send((await socket.recv(1000)) ?? '')
      await socket.recv()
    },
    { onError: (error) => failures.push(error) },
  )
  const port = String('port' in listener.address ? listener.address.port : 0)
  const { code } = await check('hello', port, '--only', 'greets-first,echoes,bytes')
  await listener.close()
  await done
  assert.equal(code, 0)
  assert.deepEqual(failures, [])
})

test('check --wire shows every byte', async () => {
  await using server = await serving(HELLO)
  const { err } = await check('hello', server.port, '--only', 'echoes', '--wire')
  assert.match(err, /^< .*\|hello␊\|$/m)
  assert.match(err, /^> .*\|hi back atcha␊\|$/m)
})

test('check --log looks at the lines of a udp log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'check-'))
  const path = join(folder, 'log')
  await writeFile(path, 'old line\n')
  await using socket = await UdpSocket.bind(0)
  const writing = (async () => {
    const lines = ['old line\n']
    for await (const { data } of socket) {
      lines.push(`2026-11-20 16:04:32,123 udp_server      DEBUG\t${String(data)}\n`) // a newline as it came
      await writeFile(path, lines.join(''))
    }
  })()
  const points = 'one-line,newline,format'
  const { code, out } = await check('udp-log', String(socket.local.port), '--log', path, '--only', points)
  await socket.close()
  await writing
  await rm(folder, { recursive: true })
  assert.equal(code, 1)
  assert.deepEqual(out.match(/^(ok|FAIL) +\S+/gm), ['ok    one-line', 'FAIL  newline', 'ok    format'])
})

test('check leaves out the points that it cannot see, and says so when one is asked for', async () => {
  const { out } = await check('udp-log', '--list')
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['listens', 'empty', 'bytes', 'largest'],
  )
  const { code, err } = await check('udp-log', '--only', 'format')
  assert.equal(code, 2)
  assert.match(err, /only of a program/)
})

const WRONG_USAGE: readonly (readonly [argv: string[], sentence: RegExp])[] = [
  [[], /say which exercise/],
  [['helo'], /there is no exercise "helo"\.\n {2}Did you mean hello\?/],
  [['client', 'udp-log'], /there is no exercise "udp-log"/],
  [['hello', '--only', 'nothing'], /hello has no point "nothing"/],
  [['hello', '--run', 'x'], /--run is not for this check/],
  [['client', 'hello', '--start', 'x'], /--start is not for this check/],
  [['client', 'hello', '8000', '9000'], /no use for "9000"/],
  [['hello', '127.0.0.1', '99999'], /99999 is not a port/],
  [['hello', '-w', '0'], /-w 0/],
]

for (const [argv, sentence] of WRONG_USAGE) {
  test(`check ${argv.join(' ')} is wrong usage`, async () => {
    const { code, err } = await check(...argv)
    assert.equal(code, 2)
    assert.match(err, sentence)
  })
}
