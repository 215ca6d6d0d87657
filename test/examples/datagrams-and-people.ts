/** Lessons 13 to 16: datagrams, and two people at their keyboards. */
import assert from 'node:assert/strict'
import { UdpSocket } from '@partyline/sockets'
import type { Child } from '../../packages/cli/src/testing/child.ts'
import { Screen } from '../../packages/cli/src/testing/screen.ts'
import { freePort } from '../samples.ts'
import {
  answerPhone,
  brokenSourceOf,
  foretold,
  HOST,
  type Proof,
  portOf,
  said,
  sourceOf,
  start,
  startBroken,
  startText,
} from './lessons.ts'

/** What comes back from a UDP server for this datagram. */
async function ask(port: number, data: string): Promise<string> {
  await using socket = await UdpSocket.bind()
  await socket.sendTo(data, port, HOST)
  return String((await socket.recvFrom()).data)
}

const udpEcho: Proof = {
  async works() {
    await using server = start('13-udp-echo', 'server', 0)
    const port = await portOf(server)
    await using client = start('13-udp-echo', 'client', port)
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, 'hello\n')
    assert.equal(await ask(port, 'x'.repeat(65_507)), 'x'.repeat(65_507))
    await said(server, /^(Echoing data back to \('127\.0\.0\.1', \d+\)\n){2}/m)

    const nobody = await freePort()
    await using alone = start('13-udp-echo', 'client', nobody)
    assert.equal(await alone.exit, 1)
    assert.equal(alone.stderr.text, `${HOST}:${nobody}: nothing is listening there\n`)
  },
  async breaks() {
    await using server = startBroken('13-udp-echo', 'server', 0)
    await using client = start('13-udp-echo', 'client', await portOf(server))
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, `${foretold('13-udp-echo', 'h')}\n`)
  },
}

/** Sends these datagrams to a log server and returns what it printed of them, without the sender. */
async function logged(server: Child, ...messages: readonly string[]): Promise<string[]> {
  const port = await portOf(server)
  await using socket = await UdpSocket.bind()
  for (const message of messages) await socket.sendTo(message, port, HOST)
  await said(server, `${messages.at(-1)?.replaceAll('\n', '␊')}\n`)
  const [, ...lines] = server.stdout.text.trimEnd().split('\n')
  return lines.map((line) => line.replace(`${HOST}:${socket.local.port} `, ''))
}

const udpLog: Proof = {
  async works() {
    await using server = start('14-udp-log', 'server', 0)
    await using client = start('14-udp-log', 'client', await portOf(server), HOST, 'start', 'stop')
    assert.equal(await client.exit, 0)
    await said(server, /:\d+ 1 start\n.*:\d+ 2 stop\n/)

    await using other = start('14-udp-log', 'server', 0)
    assert.deepEqual(await logged(other, '1 start', '2 open', '5 stop', '3 late\n6 forged'), [
      '1 start',
      '2 open',
      'lost or late: 2 before 5',
      '5 stop',
      'late or twice: 3',
      '3 late␊6 forged',
    ])
  },
  async breaks() {
    await using server = startBroken('14-udp-log', 'server', 0)
    const lines = ['1 start', '2 open', '5 stop'].map((line) => foretold('14-udp-log', line))
    assert.deepEqual(await logged(server, ...lines), lines)
  },
}

const talkTurns: Proof = {
  async works() {
    await using server = start('15-talk-turns', 'server', 0)
    await using client = start('15-talk-turns', 'client', await portOf(server))
    client.process.stdin?.write('hello Bob\nand good-bye\n') // the second line waits for its turn
    await said(server, 'Received: hello Bob\n')
    server.process.stdin?.write('hello \u001b[2JAnn\n')
    await said(client, 'Received: hello ␛[2JAnn\n')
    await said(server, 'Received: and good-bye\n')
    server.process.stdin?.end()
    assert.equal(await server.exit, 0)
    assert.equal(await client.exit, 0)
  },
  async breaks() {
    await using phone = await answerPhone()
    await using client = startBroken('15-talk-turns', 'client', phone.port)
    await using socket = await phone.listener.accept()
    foretold('15-talk-turns', 'both sides begin with listening')
    await socket.send('do you hear me?\n') // no server of this lesson would: it listens too
    await said(client, 'Received: do you hear me?\n')
    client.process.stdin?.write('yes\n')
    assert.equal(await socket.readLine(), 'yes')
  },
}

/** Makes a program think that it runs at a terminal. */
const AT_TERMINAL = `
for (const stream of [process.stdin, process.stdout]) stream.isTTY = true
process.stdout.columns = 80
`

/** What somebody sees who has typed `hel` when a line arrives. */
async function typingWhileTold(source: string): Promise<string> {
  await using phone = await answerPhone()
  await using client = startText(
    source.replace('\nconst ', () => `${AT_TERMINAL}\nconst `),
    'client',
    phone.port,
  )
  await using socket = await phone.listener.accept()
  client.process.stdin?.write('hel')
  await said(client, 'hel')
  await socket.send('are you there?\n')
  await said(client, 'are you there?')
  client.process.stdin?.write('lo\n')
  assert.equal(await socket.readLine(), 'hello') // the typed line is whole in both cases: it only looks torn
  const screen = new Screen(80)
  screen.write(client.stdout.text)
  return screen.text
}

const talkAnyTime: Proof = {
  async works() {
    const [received, typed] = (await typingWhileTold(sourceOf('16-talk-any-time'))).split('\n')
    assert.equal(received, 'Received: are you there?')
    assert.equal(typed, '> hello')

    await using server = start('16-talk-any-time', 'server', 0)
    await using client = start('16-talk-any-time', 'client', await portOf(server))
    client.process.stdin?.write('one\ntwo\n')
    await said(server, /Received: one\n[\s\S]*Received: two\n/)
    server.process.stdin?.write('three\n')
    await said(client, 'Received: three\n')
    client.process.stdin?.end('four\nfive\n')
    assert.equal(await client.exit, 0)
    assert.equal(await server.exit, 0)
    assert.match(server.stdout.text, /Received: four\n[\s\S]*Received: five\n/)

    await using phone = await answerPhone()
    await using silent = start('16-talk-any-time', 'client', phone.port)
    await using socket = await phone.listener.accept()
    silent.process.stdin?.end()
    assert.equal(await socket.recv(), null)
    await socket.send('one more thing\n')
    await socket.close()
    assert.equal(await silent.exit, 0, silent.stderr.text)
    assert.match(silent.stdout.text, /Received: one more thing\n/)
  },
  async breaks() {
    const [torn] = (await typingWhileTold(brokenSourceOf('16-talk-any-time'))).split('\n')
    assert.equal(torn, foretold('16-talk-any-time', '> helReceived: are you there?'))
  },
}

export const DATAGRAMS_AND_PEOPLE: Readonly<Record<string, Proof>> = {
  '13-udp-echo': udpEcho,
  '14-udp-log': udpLog,
  '15-talk-turns': talkTurns,
  '16-talk-any-time': talkAnyTime,
}
