/** Lessons 1 to 5: to connect, and to make sense of what comes. */
import assert from 'node:assert/strict'
import { freePort } from '../samples.ts'
import {
  answerPhone,
  assertSilent,
  call,
  foretold,
  HOST,
  type Proof,
  portOf,
  rest,
  said,
  start,
  startBroken,
} from './lessons.ts'

const connect: Proof = {
  async works() {
    await using phone = await answerPhone()
    await using client = start('01-connect', phone.port)
    await using socket = await phone.listener.accept()
    assert.equal(await socket.recv(), null)
    await socket.close()
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, `Connected to ${HOST}:${phone.port}\n`)

    const nobody = await freePort()
    await using refused = start('01-connect', nobody)
    assert.equal(await refused.exit, 1)
    assert.equal(refused.stderr.text, `${HOST}:${nobody}: nothing is listening there\n`)
  },
  async breaks() {
    const nobody = await freePort()
    await using refused = startBroken('01-connect', nobody)
    assert.equal(await refused.exit, 1)
    const sentence = foretold('01-connect', 'SocketError: 127.0.0.1:5000: nothing is listening there')
    const printed = refused.stderr.text.replaceAll(String(nobody), '5000')
    assert.ok(printed.includes(sentence))
    assert.ok(printed.split('\n').length > 24, printed)
  },
}

const banner: Proof = {
  async works() {
    await using phone = await answerPhone()
    await using client = start('02-banner', phone.port)
    await using socket = await phone.listener.accept()
    await socket.send('----\nWelcome to \u001b[31mPartyline\n----\nPlease enter your scr')
    await socket.flush()
    await socket.send('een name:\n')
    assert.equal(await socket.recv(), null)
    await socket.close()
    assert.equal(await client.exit, 0)
    const shown = '----\nWelcome to ␛[31mPartyline\n----\nPlease enter your screen name:\n'
    assert.equal(client.stdout.text, `received:\n${shown}`)
  },
  async breaks() {
    await using phone = await answerPhone()
    await using client = startBroken('02-banner', phone.port)
    await using socket = await phone.listener.accept() // which is slow to greet
    assert.equal(await socket.recv(), null)
    await socket.close()
    assert.equal(await client.exit, 0)
    assert.equal(client.stdout.text, `received:\n${foretold('02-banner', 'undefined')}\n`)
  },
}

const bytesAndText: Proof = {
  async works() {
    await using server = start('03-bytes-and-text', 'server', 0)
    await using client = start('03-bytes-and-text', 'client', await portOf(server))
    assert.equal(await client.exit, 0)
    await said(server, '4 bytes: caf\n2 bytes: é␊\n')
  },
  async breaks() {
    await using server = startBroken('03-bytes-and-text', 'server', 0)
    await using socket = await call(await portOf(server))
    await socket.send('café')
    await socket.shutdown()
    const [first, second] = ['4 bytes: caf�', '1 bytes: �'].map((line) => foretold('03-bytes-and-text', line))
    await said(server, `${first}\n${second}\n`)
    assert.equal(await socket.recv(), null)
  },
}

const hello: Proof = {
  async works() {
    await using server = start('04-hello', 0)
    const port = await portOf(server)
    for (const [words, shown] of [
      ['hi back atcha\r\n', 'received hi back atcha␍␊\n'],
      ['hi\n', 'received hi␊\n'],
    ] as const) {
      await using socket = await call(port)
      assert.equal(String(await socket.recvExactly(6)), 'hello\n')
      await socket.send(words)
      assert.equal(await rest(socket), words)
      await said(server, shown)
    }
  },
  async breaks() {
    await using server = startBroken('04-hello', 0)
    await using socket = await call(await portOf(server))
    await socket.send('hi\r\n')
    await rest(socket)
    await said(server, `${foretold('04-hello', 'received [hi')}\r]\n`)
    // What a terminal makes of it: back to the first column, and over what is there.
    const [, row = ''] = server.stdout.text.split('\n')
    const [before = '', after = ''] = row.split('\r')
    assert.equal(after + before.slice(after.length), foretold('04-hello', ']eceived [hi'))
  },
}

const framing: Proof = {
  async works() {
    await using server = start('05-framing', 0)
    const port = await portOf(server)
    for (const pieces of [['admin\n12345\n'], ['adm', 'in\r\n123', '45\r', '\n']]) {
      await using socket = await call(port)
      for (const piece of pieces) {
        await socket.send(piece)
        await socket.flush()
      }
      assert.equal(await rest(socket), 'both are here\n')
    }
    await said(server, /\n(name: admin\npassword: 12345\n){2}$/)
  },
  async breaks() {
    await using server = startBroken('05-framing', 0)
    await using socket = await call(await portOf(server))
    await socket.send('admin\n12345\n')
    await said(server, `\n${foretold('05-framing', 'name: admin␊12345␊')}\n`)
    await assertSilent(socket)
    await socket.send('hello?\n') // whatever comes next is the password
    assert.equal(await rest(socket), 'both are here\n')
    await said(server, /\npassword: hello\?␊\n$/)
  },
}

export const FIRST_STEPS: Readonly<Record<string, Proof>> = {
  '01-connect': connect,
  '02-banner': banner,
  '03-bytes-and-text': bytesAndText,
  '04-hello': hello,
  '05-framing': framing,
}
