/** Every way to fail that docs/cli.md shows, for real: the command, its sentence and its exit code. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Address, TcpListener, UdpSocket } from '@partyline/sockets'
import { EXIT_CODES } from '../packages/cli/src/failure.ts'
import { FAILURE_EXAMPLES, type FailureExample } from '../packages/cli/src/failure-examples.ts'
import { Transcript } from '../packages/cli/src/testing/fake-io.ts'
import { freePort, ROOT } from './samples.ts'

const LAUNCHER = `${ROOT}packages/cli/bin/partyline.js`

interface Peer extends AsyncDisposable {
  readonly port: number
}

function portOf(address: Address): number {
  return 'port' in address ? address.port : 0
}

async function listening(...args: Parameters<TcpListener['serve']>): Promise<Peer> {
  const listener = await TcpListener.listen(0)
  void listener.serve(...args)
  return { port: portOf(listener.address), [Symbol.asyncDispose]: () => listener.close({ drain: 0 }) }
}

const PEERS: Record<FailureExample['peer'], () => Promise<Peer>> = {
  async closed() {
    return { port: await freePort(), async [Symbol.asyncDispose]() {} }
  },
  taken: () => listening((socket) => socket.recv()),
  'missing-page': () =>
    listening(async (socket) => {
      await socket.recvUntil('\r\n\r\n', { max: 8192 })
      await socket.send('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
    }),
  async 'silent-udp'() {
    const socket = await UdpSocket.bind(0)
    return { port: socket.local.port, [Symbol.asyncDispose]: () => socket.close() }
  },
  resetting: () =>
    listening(async (socket) => {
      await socket.recv()
      socket.abort()
    }),
  async 'self-signed'() {
    const fixture = (name: string): string =>
      readFileSync(`${ROOT}packages/sockets/src/testing/fixtures/localhost.${name}.pem`, 'utf8')
    const listener = await TcpListener.listen({
      port: 0,
      tls: { cert: fixture('cert'), key: fixture('key') },
    })
    void listener.serve((socket) => socket.recv())
    return { port: portOf(listener.address), [Symbol.asyncDispose]: () => listener.close({ drain: 0 }) }
  },
  talking: () =>
    listening(async (socket) => {
      await socket.send('hello\n')
      await socket.recv()
    }),
}

/** Runs it in a shell, as a person does. */
async function run(example: FailureExample, port: number): Promise<{ code: number; stderr: string }> {
  const line = example.command
    .replace('partyline', `exec '${process.execPath}' '${LAUNCHER}'`)
    .replace(String(example.port), String(port))
  // A pipe needs a shell of its own for each side, which then must not be replaced.
  const child = spawn('sh', ['-c', line.includes('|') ? line.replace('exec ', '') : line], { stdio: 'pipe' })
  const [stdout, stderr] = [new Transcript(), new Transcript()]
  child.stdout.setEncoding('utf8').pipe(stdout)
  child.stderr.setEncoding('utf8').pipe(stderr)
  const closed = once(child, 'close') as Promise<[number]>
  if (example.signal !== undefined) {
    await Promise.race([stdout.until('hello\n'), closed])
    child.kill(example.signal)
  }
  const [code] = await closed
  return {
    code,
    stderr: stderr.text
      .replaceAll(String(port), String(example.port))
      .replaceAll(String(port + 1), String(example.port + 1)),
  }
}

// Most of their time the tests wait for a process to start.
describe('partyline fails', { concurrency: 4 }, () => {
  for (const example of FAILURE_EXAMPLES) {
    test(`with exit code ${example.code} for ${example.command}, and says why`, async () => {
      await using peer = await PEERS[example.peer]()
      const { code, stderr } = await run(example, peer.port)
      const shown = example.says.map((line) => `${line}\n`).join('')
      // Not every system has ss: the hint names what this one has.
      assert.equal(stderr.replace('netstat -an', 'ss -ltnp'), shown)
      assert.equal(code, example.code)
    })
  }
})

test('every exit code but 0 has an example of how it comes about', () => {
  const shown = new Set(FAILURE_EXAMPLES.map(({ code }) => String(code)))
  assert.deepEqual([...shown], Object.keys(EXIT_CODES).slice(1))
})
