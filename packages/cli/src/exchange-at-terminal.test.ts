/** `exchange` with a person at a terminal; in pipes it is tested in exchange.test.ts. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import type { ByteStream } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import { type ExchangeEnd, type ExchangeOptions, exchange } from './exchange.ts'
import { type FakeIo, fakeIo, Transcript } from './testing/fake-io.ts'
import { Screen } from './testing/screen.ts'
import { onXterm } from './testing/xterm.ts'

const PLAIN: ExchangeOptions = { crlf: false, halfClose: true, raw: false, silent: false }

interface Talk {
  readonly io: TerminalIo
  /** The other end, which the test plays. */
  readonly peer: ByteStream
  readonly end: Promise<ExchangeEnd>
}

function talk(options: Partial<ExchangeOptions> = {}): Talk {
  const [ours, peer] = memoryPair()
  const io = terminalIo()
  return { io, peer, end: exchange(ours, io, { ...PLAIN, ...options }) }
}

describe('exchange at a terminal', () => {
  onXterm()

  test('exchange at a terminal sends typed lines, which stay, and shows what comes beside them', async () => {
    const { io, peer, end } = talk()
    io.stdin.write('ann')
    await peer.send('\u001b[2Jname: ')
    await io.stdout.until('␛[2Jname: ann')
    io.stdin.write('\r')
    assert.equal(await peer.readLine(), 'ann')
    await peer.send('Hi ann\r\n')
    await peer.close()
    assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
    assert.equal(io.screen.text, '␛[2Jname: ann\nHi ann')
    assert.equal(io.screen.brackets, false)
  })

  test('exchange at a terminal sends empty lines too, and CR LF when it is told', async () => {
    const { io, peer, end } = talk({ crlf: true })
    io.stdin.write('GET / HTTP/1.0\r\r')
    assert.equal((await peer.recvExactly(18)).toString(), 'GET / HTTP/1.0\r\n\r\n')
    await peer.close()
    await end
  })

  test('exchange at a terminal ends our side with Ctrl-D and shows the farewell', async () => {
    const { io, peer, end } = talk()
    io.stdin.write('\u0004')
    assert.equal(await peer.recv(), null)
    await peer.send('farewell\nand bye')
    await peer.close()
    assert.deepEqual(pick(await end), { code: 0, how: 'peer' })
    assert.equal(io.screen.text, 'farewell\nand bye')
    assert.equal(io.screen.cursor.column, 0)
  })

  test('exchange at a terminal leaves with Ctrl-C, also when our side has ended', async () => {
    const typed = talk()
    typed.io.stdin.write('half a line\u0003')
    assert.deepEqual(pick(await typed.end), { code: 130, how: 'left' })
    assert.equal(typed.io.screen.text, '> half a line')
    const ended = talk()
    ended.io.stdin.write('\u0004')
    assert.equal(await ended.peer.recv(), null)
    ended.io.stop('SIGINT') // outside of raw mode Ctrl-C is a signal
    assert.deepEqual(pick(await ended.end), { code: 130, how: 'left' })
  })

  test('exchange at a terminal finds and keeps lines in the history', async () => {
    const kept: string[] = []
    const history = { lines: ['earlier'], add: (line: string) => void kept.push(line) }
    const { io, peer, end } = talk({ history })
    io.stdin.write('\u001b[A\r')
    assert.equal(await peer.readLine(), 'earlier')
    assert.deepEqual(kept, ['earlier'])
    await peer.close()
    await end
  })

  test('exchange at a terminal says when the peer takes nothing and a line was not sent', async () => {
    const [ours, peer] = memoryPair({ maxSendQueue: 10, sendHighWater: 1 })
    const io = terminalIo()
    const end = exchange(ours, io, PLAIN)
    io.stdin.write(`\u001b[200~${'x'.repeat(200_000)}\u001b[201~\rtoo much\rand more\r`)
    await io.stdout.until('* not sent:')
    peer.abort()
    await assert.rejects(end, { exitCode: 6, message: 'the other side reset the connection.' })
  })
})

interface TerminalIo extends FakeIo {
  readonly screen: Screen
}

/** An io with a screen at both ends: `screen` is what a person sees, `stdout` what was written to it. */
function terminalIo(): TerminalIo {
  const screen = new Screen(60)
  const stdout = new Transcript(true)
  const write = stdout._write.bind(stdout)
  stdout._write = (chunk: unknown, encoding, done) => {
    screen.write(chunk)
    write(chunk, encoding, done)
  }
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
  return { ...fakeIo({ TERM: 'xterm' }), stdin, stdout: Object.assign(stdout, { columns: 60 }), screen }
}

function pick({ code, how }: ExchangeEnd): Pick<ExchangeEnd, 'code' | 'how'> {
  return { code, how }
}
