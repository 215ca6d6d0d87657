/** `partyline talk` as a process: two of them, and one with the tutorial's program on the other side. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formatAddress, TcpListener } from '@partyline/sockets'
import { EXIT_CODES } from '../packages/cli/src/failure.ts'
import { main } from '../packages/cli/src/main.ts'
import { type Child, startNode } from '../packages/cli/src/testing/child.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { Screen } from '../packages/cli/src/testing/screen.ts'
import { onXterm } from '../packages/cli/src/testing/xterm.ts'
import { programsOf, ROOT, type Sample, samplesOf, startSample } from './samples.ts'

const LAUNCHER = fileURLToPath(new URL('../packages/cli/bin/partyline.js', import.meta.url))

function talk(...args: string[]): Child {
  return startNode([LAUNCHER, 'talk', ...args])
}

/** Somebody who waits, and the port. */
async function waiting(...args: string[]): Promise<{ child: Child; port: number }> {
  const child = talk('--listen', '0', ...args)
  await child.stderr.until(/nc 127\.0\.0\.1 \d+\n/)
  return { child, port: Number(/nc 127\.0\.0\.1 (\d+)/.exec(child.stderr.text)?.[1]) }
}

/** The tutorial's program for one side, as docs/berkeley.md has it. */
function tutorials(name: string): Sample {
  const found = programsOf('docs/berkeley.md').find(({ program }) => program.info === name)
  assert.ok(found !== undefined, `docs/berkeley.md has no ${name}`)
  return found.program
}

describe('partyline talk', { concurrency: 4 }, () => {
  test('partyline talk carries words both ways between two processes, and tells when one leaves', async () => {
    const { child: ann, port } = await waiting()
    await using _ann = ann
    await using bob = talk(`127.0.0.1:${port}`)
    await bob.stderr.until('connected to')
    await ann.stderr.until('has come')
    ann.process.stdin?.write('hello Bob\n')
    await bob.stdout.until('Received: hello Bob\n')
    bob.process.stdin?.write('hi Ann\nhow are you?\n')
    await ann.stdout.until('Received: hi Ann\nReceived: how are you?\n')
    bob.process.stdin?.end('bye')
    await ann.stdout.until('Received: bye\n')
    assert.equal(await ann.exit, 0)
    assert.equal(await bob.exit, 0)
    assert.match(ann.stderr.text, /^\* the other one left\n/m)
  })

  test("partyline talk --turns waits for the tutorial's client, which sends no newlines", async () => {
    const { child: ann, port } = await waiting('--turns')
    await using _ann = ann
    ann.process.stdin?.end('an answer\nanother\n')
    await using client = await startSample(tutorials('talk-client'), { port, input: 'hello\nand again\n' })
    assert.equal(await client.line(), 'Received: an answer')
    assert.equal(await client.line(), '')
    assert.equal(await client.line(), 'Received: another')
    assert.equal(await ann.exit, 0)
    assert.equal(ann.stdout.text, 'Received: hello\nReceived: and again\n')
  })

  test("partyline talk --turns joins the tutorial's server, which sends no newlines", async () => {
    const sample = tutorials('talk-server')
    const code = sample.code.replace(/^(await \w+\.listen\(.*\))$/m, "$1; console.log('ready')")
    await using server = await startSample({ ...sample, code }, { input: 'hello\n' })
    assert.equal(await server.line(), 'ready')
    await using bob = talk('--turns', String(server.port))
    bob.process.stdin?.end('first\n')
    assert.equal(await server.line(), 'Received: first')
    assert.equal(await bob.exit, 0)
    assert.equal(bob.stdout.text, 'Received: hello\n')
  })

  test('partyline talk ends with 130 and 143 when it is stopped', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { child } = await waiting()
      await using stopped = child
      stopped.process.kill(signal)
      assert.equal(await stopped.exit, code)
    }
  })
})

test('docs/talk.md has the words that partyline talk says, and exit codes that exist', async () => {
  const page = readFileSync(`${ROOT}docs/talk.md`, 'utf8')
  const rows = [...page.matchAll(/^\| `(.*?)` \| (\d+) \|/gm)]
  assert.equal(rows.length, 4)
  for (const [, , code = ''] of rows) assert.ok(Object.hasOwn(EXIT_CODES, code), code)
  const { child, port } = await waiting()
  await using ann = child
  const shown = ann.stderr.text.replaceAll(String(port), '5001')
  assert.ok(page.includes(`$ partyline talk\n${shown}`), shown)
})

describe('partyline talk at a terminal', () => {
  onXterm()

  test('partyline talk looks at a terminal as docs/talk.md shows', async () => {
    const screen = new Screen(110)
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
    const io = { ...fakeIo({ TERM: 'xterm' }), stdin, stdout: screen, stderr: screen }
    await using listener = await TcpListener.listen(0, '127.0.0.1')
    const code = main(['talk', formatAddress(listener.address)], io)
    await using other = await listener.accept()
    stdin.write('hello\r')
    assert.equal(await other.readLine(), 'hello')
    await other.send('hi there\n')
    await other.close()
    assert.equal(await code, 0)
    const shown = samplesOf('docs/talk.md')[1]?.code.split('\n') ?? []
    assert.deepEqual(screen.text.split('\n').slice(1), shown.slice(1))
  })
})
