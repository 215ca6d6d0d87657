/** `partyline listen` from outside: real processes, plain sockets; and the sessions that docs/listen.md shows. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TcpSocket } from '@partyline/sockets'
import { listen } from '../packages/cli/src/commands/listen.ts'
import { parseCommandLine } from '../packages/cli/src/flags.ts'
import { type Child, startNode } from '../packages/cli/src/testing/child.ts'
import { ListenSession } from './listen-session.ts'
import { samplesOf } from './samples.ts'

const PROGRAM = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))

function partyline(...args: string[]): Child {
  return startNode(['--conditions=partyline-source', PROGRAM, ...args])
}

/** Where it listens. */
async function portOf({ stderr }: Child): Promise<number> {
  await stderr.until(/listening on .*:\d+\n/)
  return Number(/:(\d+)\n/.exec(stderr.text)?.[1])
}

async function connectAll(port: number, count: number): Promise<TcpSocket[]> {
  return Promise.all(Array.from({ length: count }, () => TcpSocket.connect(port, '127.0.0.1')))
}

// Most of their time the tests wait for a process to start.
describe('partyline listen', { concurrency: 4 }, () => {
  test('partyline listen serves a class of thirty, one that never reads and one that resets among them', async () => {
    await using server = partyline('listen', '0')
    const port = await portOf(server)
    const [deaf, rude] = await connectAll(port, 2)
    deaf?.node.pause()
    const pupils = await connectAll(port, 30)
    await server.stderr.until('(32 here)')
    for (const [index, pupil] of pupils.entries()) await pupil.send(`pupil ${index} is here\n`)
    rude?.abort()
    await server.stderr.until('reset the connection')
    server.process.stdin?.write('open your books\n')
    for (const pupil of pupils) assert.equal(await pupil.readLine(), 'open your books')
    for (const index of pupils.keys()) await server.stdout.until(`pupil ${index} is here\n`)
    server.process.kill('SIGTERM')
    for (const pupil of pupils) assert.equal(await pupil.readLine(), null)
    for (const socket of [...pupils, deaf]) socket?.abort()
    assert.equal(await server.exit, 0)
    assert.equal(server.stdout.text.split('\n').length, 31)
    assert.doesNotMatch(server.stderr.text, /Warning|Error/)
  })

  test('partyline listen --chat survives an over-long paste and hostile bytes', async () => {
    await using server = partyline('listen', '0', '--chat')
    const port = await portOf(server)
    const [ann, bob] = await connectAll(port, 2)
    assert.ok(ann !== undefined && bob !== undefined)
    await server.stdout.until('user2 is here')
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await ann.send(['x'.repeat(3_000_000), '\n', every, '\n', 'still here\n'])
    await bob.recvUntil('still here\n', { max: 10_000 })
    await server.stdout.until('> still here\n')
    assert.doesNotMatch(server.stdout.text.replaceAll('\n', ''), /\p{Cc}/u)
    ann.abort()
    bob.abort()
  })

  test('partyline listen --exec cat gives a client that ends at once everything back', async () => {
    await using server = partyline('listen', '0', '--exec', 'cat')
    const client = await TcpSocket.connect(await portOf(server), '127.0.0.1')
    const sent = Buffer.alloc(2_000_000, 'a line of text\n')
    void client.send(sent)
    void client.shutdown()
    assert.ok((await client.recvExactly(sent.length)).equals(sent))
    assert.equal(await client.recv(), null)
    await client.close()
  })

  test('partyline -l takes one client and refuses a second, partyline -lk takes many', async () => {
    await using once = partyline('-l', '0')
    const port = await portOf(once)
    const first = await TcpSocket.connect(port, '127.0.0.1')
    await once.stderr.until('connected\n')
    await assert.rejects(TcpSocket.connect(port, '127.0.0.1'), { code: 'refused' })
    await first.send('bye')
    await first.close()
    assert.equal(await once.exit, 0)
    assert.equal(once.stdout.text, 'bye')
    await using many = partyline('-lk', '0')
    const both = await connectAll(await portOf(many), 2)
    await many.stderr.until('(2 here)')
    for (const socket of both) socket.abort()
  })

  test('partyline listen ends quietly when nobody reads its output', async () => {
    await using server = partyline('listen', '0')
    const client = await TcpSocket.connect(await portOf(server), '127.0.0.1')
    await client.send('one\n')
    await server.stdout.until('one\n')
    server.process.stdout?.destroy()
    await client.send('two\n')
    assert.equal(await server.exit, 0)
    assert.doesNotMatch(server.stderr.text, /EPIPE|Error/)
    client.abort()
  })
})

describe('docs/listen.md', { concurrency: 4 }, () => {
  const samples = samplesOf('docs/listen.md')

  for (const { info, code, line } of samples) {
    if (info !== 'session' && info !== 'failure') continue
    test(`docs/listen.md:${line} happens as it is shown: ${code.split('\n', 1)[0]}`, async () => {
      await using session = new ListenSession((args) => partyline(...args))
      for (const step of code.split('\n')) await session.play(step)
    })
  }

  test('docs/listen.md shows command lines that are understood', () => {
    const lines = samples.filter(({ lang }) => lang === 'sh').flatMap(({ code }) => code.split('\n'))
    assert.ok(lines.length > 0)
    for (const line of lines) {
      const [program, name, ...args] = line.split(' ')
      assert.deepEqual([program, name], ['partyline', 'listen'])
      parseCommandLine(listen.flags, args, {})
    }
  })
})
