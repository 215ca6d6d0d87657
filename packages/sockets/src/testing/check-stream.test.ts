/** The conformance suite over every kind of stream that this package makes. */

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { ByteStream } from '../byte-stream.ts'
import type { ConnectOptions } from '../connect.ts'
import type { ListenOptions } from '../listen-options.ts'
import { TcpListener } from '../tcp-listener.ts'
import { TcpSocket } from '../tcp-socket.ts'
import {
  type CheckStreamOptions,
  checksFor,
  clog,
  type MakePair,
  runCheck,
  STREAM_CHECKS,
  type StreamCheck,
} from './check-stream.ts'
import { CANCELLING_CHECKS } from './checks/cancelling.ts'
import { FRAMING_CHECKS } from './checks/framing.ts'
import { LINE_CHECKS } from './checks/lines.ts'
import { RANDOM_CHECKS } from './checks/random.ts'
import { memoryPair } from './memory-pair.ts'

const fixtures = new URL('fixtures/', import.meta.url)
const cert = await readFile(new URL('localhost.cert.pem', fixtures))
const key = await readFile(new URL('localhost.key.pem', fixtures))

suiteOver('memory', async () => memoryPair())
suiteOver('memory, byte by byte', async () => memoryPair({ chunk: 1, autoCork: false }), {
  only: [...FRAMING_CHECKS, ...LINE_CHECKS, ...CANCELLING_CHECKS, ...RANDOM_CHECKS],
  // What a hundred thousand bytes cost one by one proves nothing more.
  without: ['exactly-large', 'until-limit', 'line-endless', 'many-readers'],
})
suiteOverSockets('TCP', {}, {})
suiteOverSockets('a Unix-domain socket', { path: 'socket' }, {}, { traits: ['half-close'] })
suiteOverSockets('TLS', { tls: { cert, key } }, { tls: { ca: cert } })

interface SuiteOptions extends CheckStreamOptions {
  /** Of all checks, these. */
  readonly only?: readonly StreamCheck[]
  /** Checks left out, by id. */
  readonly without?: readonly string[]
}

function suiteOver(kind: string, make: MakePair, options: SuiteOptions = {}): void {
  const { only = STREAM_CHECKS, without = [], ...rest } = options
  const clogged = async (): Promise<readonly [ByteStream, ByteStream]> => {
    const pair = await make()
    await clog(pair[0])
    return pair
  }
  const full = { clogged, ...rest }
  for (const check of checksFor(full)) {
    if (!only.includes(check) || without.includes(check.id)) continue
    test(`over ${kind}, ${check.name}`, async () => {
      assert.ifError((await runCheck(check, make, full)).error)
    })
  }
}

function suiteOverSockets(
  kind: string,
  listen: ListenOptions,
  connect: ConnectOptions,
  options?: SuiteOptions,
): void {
  suite(kind, () => {
    let folder: string | undefined
    let listener: TcpListener | undefined
    before(async () => {
      if (listen.path !== undefined) folder = await mkdtemp(join(tmpdir(), 'partyline-'))
      const where = folder === undefined ? {} : { path: join(folder, 'socket') }
      listener = await TcpListener.listen({ ...listen, ...where })
    })
    after(async () => {
      await listener?.close()
      if (folder !== undefined) await rm(folder, { recursive: true })
    })
    suiteOver(
      kind,
      async () => {
        if (listener === undefined) throw new Error('nobody listens')
        return Promise.all([TcpSocket.connect({ ...connect, ...listener.address }), listener.accept()])
      },
      options,
    )
  })
}
