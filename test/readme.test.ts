/** What the README shows is what happens: its commands, its sessions, its programs. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { COMMANDS } from '../packages/cli/src/commands.ts'
import { startNode } from '../packages/cli/src/testing/child.ts'
import { Transcript } from '../packages/cli/src/testing/fake-io.ts'
import { freePort, ROOT, type Sample, samplesOf, startSample, typeErrorsOf } from './samples.ts'

const README = readFileSync(`${ROOT}README.md`, 'utf8')
const SAMPLES = samplesOf('README.md')
const LAUNCHER = `${ROOT}packages/cli/bin/partyline.js`

function block(lang: string, containing: string): Sample {
  const found = SAMPLES.find(({ lang: own, code }) => own === lang && code.includes(containing))
  assert.ok(found, `the README has no ${lang} block with ${containing}`)
  return found
}

/** A chat server on a free port, started as `npm start` does. */
async function startChat(): Promise<{ server: ReturnType<typeof startNode>; port: number }> {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    scripts: { start: string }
  }
  const [exec, node, ...args] = scripts.start.split(' ')
  assert.deepEqual([exec, node], ['exec', 'node'])
  const server = startNode([...args, '--text-port', '0', '--data', ':memory:', '--log-format', 'human'], {
    cwd: ROOT,
  })
  await Promise.all([server.stdout.until(/:\d+\n/), server.stderr.until('Ctrl-C stops.\n')])
  return { server, port: Number(/:(\d+)/.exec(server.stdout.text)?.[1]) }
}

test('the README begins with the two commands, and CI runs the second as it stands there', () => {
  const commands = SAMPLES[0]?.code.split('\n').map((line) => line.split('#')[0]?.trim())
  assert.deepEqual(commands, ['npm ci && npm start', 'npm ci && npm test'])
  assert.match(readFileSync(`${ROOT}.ci/run`, 'utf8'), /^npm ci && npm test$/m)
})

test('the README shows what the server says when it starts', async () => {
  const { server, port } = await startChat()
  await using _ = server
  const shown = block('text', 'Listening on :5000').code.replaceAll('5000', String(port))
  // One line more on a machine without IPv6, as containers often are.
  const said = server.stderr.text.replace(/^.*this machine has no IPv6.*\n/, '')
  assert.equal(`${server.stdout.text}${said}`, `${shown}\n`)
})

test('the sessions that the README shows happen like that, for nc and for partyline chat', async () => {
  const { server, port } = await startChat()
  await using _ = server
  const [, ...nc] = block('text', '$ nc 127.0.0.1 5000').code.split('\n')
  const typedByAnn = ['ann', 'is anybody here?']
  await using ann = await TcpSocket.connect(port, '127.0.0.1')
  const heard = nc.filter((line) => !typedByAnn.includes(line))
  const next = async (count: number): Promise<void> => {
    for (const line of heard.splice(0, count)) assert.equal(await ann.readLine(), line)
  }
  await next(4)
  await ann.send('ann\n')
  await next(1)
  await using bob = startNode([LAUNCHER, 'chat', '--name', 'bob', `127.0.0.1:${port}`], { cwd: ROOT })
  await next(1)
  await bob.stdout.until('bob logged in\n')
  await ann.send('is anybody here?\n')
  await next(1)
  await bob.stdout.until('[ann] is anybody here?\n')
  bob.process.stdin?.write('yes, me\n')
  await next(1)
  await bob.stdout.until('[bob] yes, me\n')
  assert.equal(heard.length, 0)
  // Only at a terminal is there a first sentence, and a line that is being typed; all else is the same.
  const [, ...screen] = block('text', '$ npx partyline chat')
    .code.replaceAll('5000', String(port))
    .split('\n')
  assert.match(screen.shift() ?? '', /^Connected to /)
  assert.match(screen.pop() ?? '', /^> /)
  assert.deepEqual(`${bob.stdout.text}`.trimEnd().split('\n'), screen)
})

const { CI } = process.env
const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0

test('the Python client in the README is twelve lines, and talks and listens at the same time', {
  skip: HAS_PYTHON || CI !== undefined ? false : 'there is no python3 on this machine',
}, async () => {
  const { code } = block('python', 'create_connection')
  assert.ok(code.split('\n').length <= 12)
  const { server, port } = await startChat()
  await using _ = server
  const python = spawn('python3', ['-u', '-c', code.replace('5000', String(port))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const screen = new Transcript()
  python.stdout.setEncoding('utf8').pipe(screen)
  await screen.until('screen name:\n')
  python.stdin.write('ann\n')
  await screen.until('ann logged in\n')
  await using bob = await TcpSocket.connect(port, '127.0.0.1')
  await bob.send('bob\nhello\n')
  await screen.until('bob::hello\n')
  python.stdin.end('bye — für alle\n')
  await bob.recvUntil('ann::bye — für alle\nann disconnected\n', { max: 1000 })
  await screen.until('ann::bye — für alle\n')
})

test('the echo server in the README is five lines, and echoes', async () => {
  const sample = block('ts', 'TcpListener.listen')
  assert.equal(sample.code.split('\n').length, 5)
  assert.equal(await typeErrorsOf('README.md'), '')
  const port = await freePort()
  const ready = "\nprocess.stdout.write('ready\\n')"
  const [imports, listen, ...rest] = sample.code.replace('7000', String(port)).split('\n')
  await using echo = await startSample({
    ...sample,
    code: `${imports}\n${listen}${ready}\n${rest.join('\n')}`,
  })
  assert.equal(await echo.line(), 'ready')
  await using socket = await TcpSocket.connect(port, '127.0.0.1')
  await socket.send('héllo\nagain')
  await socket.shutdown()
  assert.equal(String(await socket.recvExactly(12)), 'héllo\nagain')
  assert.equal(await socket.recv(), null)
})

test('the wire view that the README shows is what it shows', async () => {
  const [, listening, , ...shown] = block('text', 'connect --wire').code.split('\n')
  await using service = startNode([LAUNCHER, 'service', 'hello', '0'], { cwd: ROOT })
  await service.stdout.until(/:\d+\n/)
  const [line = '', port = ''] = /^Listening on \S+:(\d+)/.exec(service.stdout.text) ?? []
  assert.equal(line.replace(port, '8000'), listening)
  // It echoes as soon as the line is there, before or after our end: this one waits for the end, as the page shows it.
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve(async (socket) => {
    await socket.send('hello\n')
    const echo: Buffer[] = []
    for await (const bytes of socket) echo.push(bytes)
    await socket.send(Buffer.concat(echo))
  })
  const own = 'port' in listener.address ? String(listener.address.port) : ''
  await using client = startNode([LAUNCHER, 'connect', '--wire', '127.0.0.1', own], { cwd: ROOT })
  await client.stdout.until('hello\n')
  client.process.stdin?.end('hi\r\n')
  assert.equal(await client.exit, 0)
  assert.equal(client.stdout.text, 'hello\nhi\r\n')
  const plain = (lines: readonly string[]): string[] =>
    lines.map((one) =>
      one
        .replace(/(?<=^[*<>] )\d+\.\d{3}/, 'TIME')
        .replace(`127.0.0.1:${own}`, '127.0.0.1:8000')
        .replace(/(?<=from \S+:)\d+/, 'PORT'),
    )
  assert.deepEqual(plain(client.stderr.text.trimEnd().split('\n')), plain(shown))
})

test('the commands that the README names are commands, with flags that they take', async () => {
  const lines = [...README.matchAll(/(?:npx |`)partyline ([a-z][^`|<>\n#]*)/g)].map(([, line = '']) =>
    line.trim(),
  )
  assert.ok(lines.length > 15)
  for (const line of lines) {
    const [name, ...words] = line.split(/\s+/)
    const entry = COMMANDS.find((command) => command.name === name)
    assert.ok(entry !== undefined, line)
    const { flags } = await entry.load()
    const known = flags.flatMap((flag) => [`--${flag.name}`, `-${flag.short}`])
    for (const word of words) if (word.startsWith('-')) assert.ok(known.includes(word), line)
  }
})

test('every file that the README names is there', () => {
  const named = [...README.matchAll(/\]\(([^):]+)\)|`((?:packages|test)\/[^`]+)`/g)].map(
    ([, link, path]) => link ?? path ?? '',
  )
  assert.ok(named.length > 15)
  for (const path of named) {
    const [file = '', heading] = path.split('#')
    assert.ok(existsSync(`${ROOT}${file}`), `the README names ${file}, which is not there`)
    if (heading === undefined) continue
    const headings = readFileSync(`${ROOT}${file}`, 'utf8').matchAll(/^#+ (.+)$/gm)
    const anchors = [...headings].map(([, words = '']) => words.toLowerCase().replaceAll(' ', '-'))
    assert.ok(anchors.includes(heading), `${file} has no heading #${heading}`)
  }
})
