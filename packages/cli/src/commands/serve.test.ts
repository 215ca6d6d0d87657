import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import type { Environment } from '../io.ts'
import { main } from '../main.ts'
import { startNode } from '../testing/child.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'
import { openAt } from './serve.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'partyline-serve-'))
after(() => rmSync(FOLDER, { recursive: true }))

/** Nothing is kept, and what is for people comes although nobody sits at a terminal. */
function forPeople(env: Environment = {}): FakeIo {
  return fakeIo({ PARTYLINE_LOG_FORMAT: 'human', PARTYLINE_DATA: ':memory:', ...env })
}

function configFile(name: string, text: string): string {
  const path = join(FOLDER, name)
  writeFileSync(path, text)
  return path
}

/** Runs a command line that serves; resolves when it listens. */
async function start(io: FakeIo, ...argv: string[]): Promise<{ port: number; code: Promise<number> }> {
  const code = main(argv, io)
  await io.stderr.until('Ctrl-C stops.')
  return { port: Number(/^Listening on :(\d+)\n/.exec(io.stdout.text)?.[1]), code }
}

async function banner(port: number): Promise<string> {
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  const bytes = await socket.recvUntil('name:\n', { max: 1000, keep: true })
  return bytes.toString()
}

test('serve says where it listens, and ends with 0 when it is asked to stop', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const io = forPeople()
    const { port, code } = await start(io, 'serve', '--text-port', '0')
    assert.match(await banner(port), /^-{37}\nWelcome to Partyline\n-{37}\nPlease enter your screen name:\n$/)
    await io.stdout.until('client disconnecting\n')
    io.stop(signal)
    assert.equal(await code, 0)
    assert.equal(io.stdout.text, `Listening on :${port}\nIncoming Connection\nclient disconnecting\n`)
    await assert.rejects(TcpSocket.connect(port, '127.0.0.1'), { code: 'refused' })
  }
})

test('serve tells on standard error how to join', async () => {
  const io = forPeople()
  const { port, code } = await start(io, 'serve', '--host', '127.0.0.1', '--port', '0', '--name', 'Our Club')
  assert.match(await banner(port), /Welcome to Our Club\n/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
  assert.ok(
    io.stderr.text.startsWith(
      [
        '  Our Club is open. To join, paste one of these into another terminal:',
        `    nc 127.0.0.1 ${port}`,
        `    telnet 127.0.0.1 ${port}`,
        `    npx partyline chat 127.0.0.1:${port}`,
        '  This machine only: add --host 0.0.0.0 to let others in.',
        '  Ctrl-C stops.',
        '',
      ].join('\n'),
    ),
    io.stderr.text,
  )
})

test('serve is what partyline does alone, and takes its settings from the environment', async () => {
  const io = forPeople({ PARTYLINE_HOST: '127.0.0.1', PARTYLINE_TEXT_PORT: '0', PARTYLINE_NAME: 'Our Club' })
  const { port, code } = await start(io)
  assert.match(await banner(port), /Welcome to Our Club\n/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('serve hands its input to the operator, and quit ends it', async () => {
  const io = forPeople()
  const { code } = await start(io, 'serve', '--text-port', '0')
  io.stdin.write(`hello\r\n${'x'.repeat(5000)}\nquit\n`)
  assert.equal(await code, 0)
  assert.match(io.stdout.text, /^Listening on :\d+\nconsole: hello\nconsole: quit\n$/)
  assert.match(io.stderr.text, /^a console line of 5000 bytes was ignored: too long$/m)
})

test('serve answers what is typed, and says how to join, however little is logged', async () => {
  for (const level of ['info', 'warn', 'error']) {
    const io = forPeople()
    const { code } = await start(io, 'serve', '--text-port', '0', '--log', level, '--web-port', '0')
    await io.stderr.until(/http:\S+\/healthz/)
    io.stdin.write('who\nquit\n')
    assert.equal(await code, 0)
    assert.match(io.stderr.text, /^ {2}Partyline is open\./m)
    assert.match(io.stderr.text, /^nobody is here$/m)
    assert.equal(/shutting down/.test(io.stderr.text), level === 'info')
  }
  for (const level of ['error', 'silent']) {
    const io = forPeople({ PARTYLINE_LOG_FORMAT: 'json', PARTYLINE_LOG: level })
    const code = main(['serve', '--text-port', '0'], io)
    await io.stdout.until('Listening on :')
    io.stdin.write('who\nquit\n')
    assert.equal(await code, 0)
    const said = io.stderr.text.trimEnd().split('\n')
    const words = said.map((line) => (JSON.parse(line) as { msg: string }).msg.replace(/ at .*/, ' at'))
    const hello = level === 'silent' ? [] : ['Partyline is open at']
    assert.deepEqual(words, [...hello, 'nobody is here'])
  }
})

test('serve goes on when its input ends', async () => {
  const io = forPeople()
  const { port, code } = await start(io, 'serve', '--text-port', '0')
  io.stdin.end('last words')
  await io.stdout.until('console: last words\n')
  assert.match(await banner(port), /Welcome/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('serve does not read its input with --no-console, or with PARTYLINE_NO_CONSOLE', async () => {
  for (const [io, ...flags] of [
    [forPeople(), '--no-console'],
    [forPeople({ PARTYLINE_NO_CONSOLE: 'true' })],
  ] as const) {
    const { port, code } = await start(io, 'serve', '--text-port', '0', ...flags)
    io.stdin.write('quit\n')
    assert.match(await banner(port), /Welcome/)
    assert.equal(io.stdin.readableLength, 5)
    io.stop('SIGTERM')
    assert.equal(await code, 0)
    assert.doesNotMatch(io.stdout.text, /console:/)
  }
})

test('serve ends at once when it was asked to stop before it listened', async () => {
  const io = forPeople()
  io.stop('SIGINT')
  assert.equal(await main(['serve', '--text-port', '0'], io), 0)
})

test('serve says that the port is taken', async () => {
  await using other = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in other.address ? other.address.port : 0
  const io = forPeople()
  assert.equal(await main(['serve', '--host', '127.0.0.1', '--text-port', String(port)], io), 7)
  assert.equal(io.stdout.text, '')
  const [sentence, hint] = io.stderr.text.split('\n')
  assert.equal(sentence, `partyline: port ${port} is taken (text door).`)
  assert.equal(hint, `  Use another:  partyline serve --text-port ${port + 1}`)
})

test('serve says that an address is not one of this machine', async () => {
  const io = forPeople()
  assert.equal(await main(['serve', '--host', '192.0.2.1', '--text-port', '0'], io), 7) // RFC 5737: nobody's
  assert.match(
    io.stderr.text,
    /^partyline: cannot listen: .*192\.0\.2\.1.*\n {2}Give addresses of this machine/,
  )
})

test('openAt takes the next free port where it may, and says so', async () => {
  const taken = new SocketError('address-in-use', { op: 'listen' })
  const tried: number[] = []
  const said: string[] = []
  const openPort = async (port: number): Promise<string> => {
    tried.push(port)
    if (port < 5003) throw taken
    return `open at ${port}`
  }
  assert.equal(await openAt(openPort, { port: 5000, tries: 10 }, (line) => said.push(line)), 'open at 5003')
  assert.deepEqual(tried, [5000, 5001, 5002, 5003])
  assert.deepEqual(said, [
    'ATTENTION: port 5000 is taken, so this chat is on port 5003. --text-port picks another.',
  ])
  assert.equal(await openAt(openPort, { port: 5003, tries: 1 }, (line) => said.push(line)), 'open at 5003')
  assert.equal(said.length, 1)
})

test('openAt gives up with a sentence about the port that was wanted', async () => {
  const silent = (): void => {}
  const fails = (code: 'address-in-use' | 'permission') => (): Promise<never> =>
    Promise.reject(new SocketError(code, { op: 'listen' }))
  for (const tries of [1, 10]) {
    await assert.rejects(openAt(fails('address-in-use'), { port: 5000, tries }, silent), {
      exitCode: 7,
      message: 'port 5000 is taken (text door).',
    })
  }
  await assert.rejects(openAt(fails('permission'), { port: 80, tries: 10 }, silent), { exitCode: 7 })
})

test('serve logs an object a line where no terminal is, or with --log-format json, and never what people write', async () => {
  for (const [io, ...flags] of [
    [fakeIo({ PARTYLINE_DATA: ':memory:' })],
    [forPeople(), '--log-format', 'json'],
  ] as const) {
    const code = main(['serve', '--text-port', '0', '--host', '127.0.0.1', '--log', 'debug', ...flags], io)
    await io.stderr.until('is open at')
    const port = Number(/^Listening on :(\d+)\n/.exec(io.stdout.text)?.[1])
    await using socket = await TcpSocket.connect(port, '127.0.0.1')
    await socket.send('ann\ncanary-1\n/msg ann canary-2\n/canary-3\n')
    await socket.recvUntil('canary-1\n', { max: 2000 })
    io.stop('SIGTERM')
    assert.equal(await code, 0)
    const lines = io.stderr.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [
        ['info', `Partyline is open at 127.0.0.1:${port}`],
        ['info', 'shutting down: SIGTERM'],
      ],
    )
    for (const { time } of lines) assert.match(time ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    assert.doesNotMatch(io.stderr.text, /canary/)
  }
})

test('serve says nothing on standard error with --log silent', async () => {
  for (const format of ['human', 'json']) {
    const io = forPeople()
    const code = main(['serve', '--text-port', '0', '--log', 'silent', '--log-format', format], io)
    await io.stdout.until('Listening on :')
    io.stdin.write('quit\n')
    assert.equal(await code, 0)
    assert.equal(io.stderr.text, '')
  }
})

test('serve answers /healthz and /metrics at --web-port, and says where', async () => {
  const io = forPeople()
  const { code } = await start(io, 'serve', '--text-port', '0', '--web-port', '0')
  await io.stderr.until('/metrics\n')
  const [, at] = /this machine: (http:\S+)\/healthz and /.exec(io.stderr.text) ?? []
  const healthz = await fetch(`${at}/healthz`)
  assert.deepEqual([healthz.status, await healthz.text()], [200, 'ok\n'])
  assert.match(await (await fetch(`${at}/metrics`)).text(), /^partyline_people 0$/m)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
  await assert.rejects(fetch(`${at}/healthz`))
})

test('serve says that the port of the status door is taken, and does not look for another text port', async () => {
  await using other = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in other.address ? other.address.port : 0
  const io = forPeople()
  assert.equal(await main(['serve', '--text-port', '0', '--web-port', String(port)], io), 7)
  const [sentence, hint] = io.stderr.text.split('\n').filter((line) => !line.includes('no IPv6'))
  assert.equal(sentence, `partyline: port ${port} is taken (status door).`)
  assert.equal(hint, `  Use another:  partyline serve --web-port ${port + 1}`)
})

test('serve refuses one port for both doors', async () => {
  const io = forPeople()
  assert.equal(await main(['serve', '--text-port', '7000', '--web-port', '7000'], io), 2)
  assert.equal(io.stderr.text, 'partyline: text-port and web-port are both 7000: give one of them another.\n')
})

test('serve takes its settings from a file, and a flag or a variable before it', async () => {
  const path = configFile('club.toml', 'name = "Our Club"\ntext-port = 1\nhost = ["127.0.0.1"]\n')
  const io = forPeople({ PARTYLINE_TEXT_PORT: '0' })
  const { port, code } = await start(io, 'serve', '--config', path)
  assert.match(await banner(port), /Welcome to Our Club\n/)
  io.stop('SIGTERM')
  assert.equal(await code, 0)
  const other = forPeople({ PARTYLINE_CONFIG: path })
  const named = await start(other, 'serve', '--name', 'Their Club', '--text-port', '0')
  assert.match(await banner(named.port), /Welcome to Their Club\n/)
  other.stop('SIGTERM')
  assert.equal(await named.code, 0)
})

test('serve refuses a file that is wrong, and one that is not there, with exit code 2', async () => {
  const path = configFile('wrong.toml', 'name = "x"\ntxt-port = 1\n')
  const io = forPeople()
  assert.equal(await main(['serve', '--config', path], io), 2)
  assert.equal(
    io.stderr.text,
    `partyline: ${path}:2: there is no setting "txt-port". Did you mean text-port?\n  What can stand in it:  partyline config --help\n`,
  )
  const none = forPeople()
  assert.equal(await main(['serve', '--config', join(FOLDER, 'none.toml')], none), 2)
  assert.equal(none.stderr.text, `partyline: there is no file ${join(FOLDER, 'none.toml')}.\n`)
})

test('serve lets no more in than --max-connections, and /healthz says so until there is room again', async () => {
  const io = forPeople()
  const flags = ['--max-connections', '1', '--web-port', '0']
  const { port, code } = await start(io, 'serve', '--text-port', '0', ...flags)
  await io.stderr.until('/metrics\n')
  const [at = ''] = /http:\S+\/healthz/.exec(io.stderr.text) ?? []
  const health = async (): Promise<string> => {
    const answer = await fetch(at)
    return `${answer.status} ${await answer.text()}`
  }
  assert.equal(await health(), '200 ok\n')
  await using first = await TcpSocket.connect(port, '127.0.0.1')
  await first.recvUntil('name:\n', { max: 1000 })
  await using second = await TcpSocket.connect(port, '127.0.0.1')
  assert.equal(await second.readLine(), '-- this server is full; try again later')
  assert.equal(await health(), '503 full: no more connections are let in\n')
  await first.close()
  await io.stdout.until('client disconnecting\n')
  assert.equal(await health(), '200 ok\n')
  io.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('serve says why it cannot have its data folder, and that another server has it', async () => {
  const file = configFile('in-the-way', '')
  for (const [folder, reason] of [
    [file, 'a file of that name is in the way'],
    [join(file, 'below'), 'what should be a folder above it is a file'],
  ] as const) {
    const io = forPeople()
    assert.equal(await main(['serve', '--text-port', '0', '--data', folder], io), 1)
    const [sentence] = io.stderr.text.split('\n')
    assert.equal(sentence, `partyline: cannot use the data folder ${folder}: ${reason}.`)
  }
  const folder = join(FOLDER, 'kept')
  const first = forPeople()
  const { code } = await start(first, 'serve', '--text-port', '0', '--data', folder)
  const second = forPeople()
  assert.equal(await main(['serve', '--text-port', '0', '--data', folder], second), 1)
  assert.match(second.stderr.text, /^partyline: .*history\.db.* uses that history/)
  first.stop('SIGTERM')
  assert.equal(await code, 0)
})

test('serve begins with the history before it loads any socket', async () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(new URL('serve.ts', import.meta.url).href)})
    console.log(loaded.filter((url) => /packages.sockets|^node:(net|tls)$/.test(url)).join('\\n') || 'none')`
  await using child = startNode(['--conditions=partyline-source', '--input-type=module', '--eval', program])
  assert.equal(await child.exit, 0)
  assert.equal(child.stdout.text, 'none\n')
})
