/** `partyline repl` as a process: the transcripts of docs/repl.md, played line by line, in one window or in two. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TcpListener } from '@partyline/sockets'
import { main } from '../packages/cli/src/main.ts'
import { type Child, startNode } from '../packages/cli/src/testing/child.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { Screen } from '../packages/cli/src/testing/screen.ts'
import { onXterm } from '../packages/cli/src/testing/xterm.ts'
import { assertShown, freePort, type Sample, samplesOf } from './samples.ts'

const PAGE = 'docs/repl.md'
const LAUNCHER = fileURLToPath(new URL('../packages/cli/bin/partyline.js', import.meta.url))
const SAMPLES: readonly Sample[] = samplesOf(PAGE)

function repl(): Child {
  return startNode([LAUNCHER, 'repl'])
}

function transcript(name: string): Sample {
  const found = SAMPLES.find(({ lang, info }) => lang === 'repl' && info === name)
  assert.ok(found !== undefined, `${PAGE} has no transcript ${name}`)
  return found
}

/** What the person typed, and what was shown. */
function split({ code }: Sample): { typed: string; shown: string } {
  const lines = code.split('\n')
  const isTyped = (line: string): boolean => /^(?:>|\.\.\.) /.test(line)
  return {
    typed: lines
      .filter(isTyped)
      .map((line) => `${line.replace(/^(?:>|\.\.\.) /, '')}\n`)
      .join(''),
    shown: lines.filter((line) => !isTyped(line)).join('\n'),
  }
}

/** Types a transcript with other words in some places, and checks what is shown. */
async function play(
  child: Child,
  sample: Sample,
  replace: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { typed, shown } = split(sample)
  child.process.stdin?.end(replaced(typed, replace))
  assert.equal(await child.exit, 0, child.stderr.text)
  assert.equal(child.stderr.text, '')
  assertShown(child.stdout.text.trimEnd(), { ...sample, code: replaced(shown, replace) })
}

function replaced(text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((so, [from, to]) => so.replaceAll(from, to), text)
}

describe('partyline repl', { concurrency: 4 }, () => {
  test('partyline repl plays the two interpreters of docs/repl.md, each waiting for the other', async () => {
    const words = { 50000: String(await freePort()) }
    await using server = repl()
    await using client = repl()
    const serving = play(server, transcript('interpreter-server'), words)
    await server.stdout.until(']\n') // it listens: from here on each waits for the other in its own calls
    await Promise.all([serving, play(client, transcript('interpreter-client'), words)])
  })

  test('partyline repl plays hi-server and hi-client of docs/repl.md', async () => {
    const words = { 1234: String(await freePort()) }
    await using server = repl()
    await using client = repl()
    const serving = play(server, transcript('hi-server'), words)
    await server.stdout.until("'listening'\n")
    await Promise.all([serving, play(client, transcript('hi-client'), words)])
  })

  test('partyline repl fetches the page of docs/repl.md', async () => {
    const head = 'HTTP/1.1 200 OK\r\n\r\n'
    await using server = await TcpListener.listen(0, '127.0.0.1')
    const served = server.serve(async (socket) => {
      while ((await socket.recv()) !== null);
      await socket.send(head + 'x'.repeat(19_427 - head.length))
    })
    const port = 'port' in server.address ? server.address.port : 0
    await using child = repl()
    await play(child, transcript('http'), { 'crisewing.com': '127.0.0.1', "'http'": String(port) })
    await server.close()
    await served
  })

  test('partyline repl helps as docs/repl.md says', async () => {
    await using child = repl()
    await play(child, transcript('help'))
  })

  test('partyline repl says in docs/repl.md how a statement fails, and ends with 1', async () => {
    const [command] = SAMPLES.filter(({ lang }) => lang === 'sh')
    const at = command === undefined ? -1 : SAMPLES.indexOf(command)
    const statement = /^echo "(.*)" \| partyline repl$/.exec(command?.code ?? '')?.[1]
    await using child = repl()
    child.process.stdin?.end(`${statement}\n'never'\n`)
    assert.equal(await child.exit, 1)
    assert.equal(child.stdout.text, '')
    assert.equal(child.stderr.text.trimEnd(), SAMPLES[at + 1]?.code)
  })

  test('partyline repl ends with 130 when a signal comes while a statement waits', async () => {
    await using child = repl()
    child.process.stdin?.write(
      "setImmediate(() => console.log('waiting')), await (await TcpListener.listen(0)).accept()\n",
    )
    await child.stdout.until('waiting\n')
    child.process.kill('SIGINT')
    assert.equal(await child.exit, 130)
    assert.equal(child.stderr.text, '')
  })

  test('partyline repl says what fails in the background, and ends with 1', async () => {
    await using child = repl()
    child.process.stdin?.end(
      "void setImmediate(() => { throw new Error('from a timer') })\n" +
        "void Promise.reject(new Error('from a promise'))\n" +
        'await new Promise((done) => setImmediate(() => setImmediate(done)))\n' +
        "'still here'\n",
    )
    assert.equal(await child.exit, 1)
    assert.equal(child.stdout.text, "'still here'\n")
    assert.match(child.stderr.text, /^partyline: Error: from a timer$/m)
    assert.match(child.stderr.text, /^partyline: Error: from a promise$/m)
  })
})

describe('partyline repl at a terminal', () => {
  onXterm()

  test('partyline repl greets as docs/repl.md shows', async () => {
    const screen = new Screen(110)
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
    const io = {
      ...fakeIo({ TERM: 'xterm', PARTYLINE_HISTORY: 'off', NO_COLOR: '1' }),
      stdin,
      stdout: screen,
    }
    const code = main(['repl'], io)
    stdin.end('\u0004')
    assert.equal(await code, 0)
    const [, ...shown] = SAMPLES[0]?.code.split('\n') ?? []
    assert.equal(withoutVersions(screen.text), withoutVersions(shown.join('\n')))
  })
})

function withoutVersions(text: string): string {
  return text.replaceAll(/\d+\.\d+\.\d+(?= )|(?<=js )\d+\.\d+\.\d+/g, 'VERSION')
}
