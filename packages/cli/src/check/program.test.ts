import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener, type TcpSocket } from '@partyline/sockets'
import { Program } from './program.ts'

const { signal } = new AbortController()
const NODE = `'${process.execPath}'`

test('Program keeps what is written, to both outputs, and how it ended', async () => {
  const program = Program.start('echo out; echo err >&2; exit 3', process.env)
  assert.equal(await program.endsWithin(60_000, signal), true)
  assert.equal(program.ended, 'exit code 3')
  assert.equal(program.errors, 'err\n')
  assert.deepEqual(program.output.trim().split('\n').sort(), ['err', 'out'])
  await program.stop()
})

test('Program.type is what the program reads', async () => {
  const program = Program.start('read line; echo "got $line"; cat', process.env)
  program.type('hello\n')
  assert.equal(await program.writesWithin(60_000, signal, (text) => text.includes('got hello')), true)
  program.endInput()
  assert.equal(await program.endsWithin(60_000, signal), true)
  assert.equal(program.ended, 'exit code 0')
})

test('Program.stop ends a program that wants to go on, and what it has started', async () => {
  await using listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const child = `${NODE} -e 'process.on("SIGTERM", () => {}); net.connect(${port}, "127.0.0.1")'`
  const program = Program.start(`${child} & ${child}; wait`, process.env)
  const children = [await listener.accept(), await listener.accept()]
  assert.equal(await program.endsWithin(0, signal), false)
  await program.stop()
  assert.equal(program.ended, 'SIGKILL')
  for (const socket of children) await ended(socket)
})

/** Returns when the other side's process is gone. */
async function ended(socket: TcpSocket): Promise<void> {
  assert.equal(await socket.recv().catch(() => null), null)
  socket.abort()
}

test('Program that is no program ends at once, and says why', async () => {
  const program = Program.start('no-such-program-anywhere', process.env)
  assert.equal(await program.endsWithin(60_000, signal), true)
  assert.notEqual(program.ended, 'exit code 0')
  assert.notEqual(program.errors, '')
})
