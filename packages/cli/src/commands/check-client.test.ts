/** `partyline check client` against clients made here, started by the checker or by a person. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { main } from '../main.ts'
import { type FakeIo, fakeIo } from '../testing/fake-io.ts'

const { PATH } = process.env

async function check(...argv: string[]): Promise<{ code: number; out: string }> {
  const io = fakeIo({ PATH })
  const code = await main(['check', ...argv], io)
  return { code, out: io.stdout.text }
}

/** Somebody who starts their client each time they are asked to. */
async function person(io: FakeIo, points: number, client: (port: number) => Promise<void>): Promise<void> {
  for (let nth = 1; nth <= points; nth += 1) {
    await io.stderr.until(new RegExp(`point ${nth} of ${points}`))
    const port = Number(/Listening on 127\.0\.0\.1:(\d+): start your client now/.exec(io.stderr.text)?.[1])
    await client(port)
  }
}

test('check client waits for a person to start the client for each point', async () => {
  const io = fakeIo()
  const checking = main(['check', 'client', 'greeter', '0', '--only', 'asks,reads-all,ends'], io)
  await person(io, 3, async (port) => {
    await using socket = await TcpSocket.connect(port, '127.0.0.1')
    await socket.send('Ann\n')
    assert.equal(await socket.readLine(), 'Hi Ann')
    assert.equal(await socket.recv(), null)
  })
  assert.equal(await checking, 0)
  assert.match(io.stdout.text, /3 of 3 points hold\n$/)
})

test('check client finds the one that reads once and leaves', async () => {
  const io = fakeIo()
  const checking = main(['check', 'client', 'greeter', '0', '--only', 'reads-all'], io)
  await person(io, 1, async (port) => {
    const socket = await TcpSocket.connect(port, '127.0.0.1')
    await socket.send('Ann')
    await socket.recv(2048)
    socket.abort()
  })
  assert.equal(await checking, 1)
  assert.match(io.stdout.text, /came {6}\|Ann\| RST \(left before the end\)\n/)
})

test('check client finds the UDP client that waits for ever', async () => {
  const program = [
    'const s = require("dgram").createSocket("udp4")',
    's.on("message", (data) => { console.log(String(data)); s.close() })',
    's.send("hello", {port}, "{host}")',
  ].join('; ')
  const run = `exec '${process.execPath}' -e '${program}'`
  const holds = async (points: string, waitS: string): Promise<unknown> =>
    (await check('client', 'udp-echo', '--run', run, '-w', waitS, '--only', points)).out.match(
      /^(ok|FAIL) +\S+/gm,
    )
  assert.deepEqual(await holds('asks,shows', '60'), ['ok    asks', 'ok    shows'])
  assert.deepEqual(await holds('lost', '0.3'), ['FAIL  lost'])
})

test('check client holds for a client that does it right', async () => {
  const program = [
    'const socket = require("net").connect({port}, "{host}")',
    'process.stdin.once("data", (name) => { socket.write(name); process.stdin.destroy() })',
    'socket.setEncoding("utf8").on("data", (text) => process.stdout.write(text))',
    'socket.on("end", () => socket.end())',
    'socket.on("error", (error) => { console.error("Sorry: " + error.code); process.exit(1) })',
  ].join('; ')
  const run = `exec '${process.execPath}' -e '${program}'`
  const points = 'asks,reads-all,utf8,ends,shows,reset,refused'
  const { code, out } = await check('client', 'greeter', '--run', run, '-w', '60', '--only', points)
  assert.equal(code, 0, out)
  assert.match(out, /^7 of 7 points hold$/m)
})

test('check client stops when the person does not want to wait', async () => {
  const io = fakeIo()
  const checking = main(['check', 'client', 'hello', '0'], io)
  await io.stderr.until('start your client now')
  io.stop('SIGINT')
  assert.equal(await checking, 130)
})

test('check client exits with 7 when the port is taken', async () => {
  await using taken = await TcpListener.listen(0, '127.0.0.1')
  const port = String('port' in taken.address ? taken.address.port : 0)
  assert.equal((await check('client', 'hello', port)).code, 7)
})
