import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as berkeley from '@partyline/sockets/berkeley'
import { openHelp } from './help-sources.ts'
import { HelpTexts, REPL_COMMANDS } from './help-texts.ts'
import { PYTHON_CALLS } from './python.ts'
import { scopeNames } from './scope.ts'

const help = openHelp()

test('HelpTexts has a text on every name in scope, and lists it', () => {
  const overview = help.overview().split(/\s+/)
  for (const name of Object.keys(scopeNames(process.cwd())).filter((one) => one !== 'require')) {
    assert.ok(help.has(name), name)
    assert.ok(overview.includes(name), name)
  }
  for (const command of Object.keys(REPL_COMMANDS)) assert.ok(help.overview().includes(command), command)
})

test('HelpTexts has a text of more than a signature on every name and member', () => {
  for (const name of help.names) {
    assert.ok(help.has(name), name)
    assert.ok(help.on(name).includes('\n  '), `${name}: ${help.on(name)}`)
  }
})

test("HelpTexts shows the tutorials' Python for each of their calls, and for nothing else", async () => {
  const made = berkeley.socket()
  const calls = help.names.filter((name) => {
    const member = /^Socket\.(\w+)$/.exec(name)?.[1]
    return member !== undefined && typeof Reflect.get(made, member) === 'function'
  })
  const expected = ['socket', 'getaddrinfo', 'gethostbyname', ...calls]
  assert.deepEqual(Object.keys(PYTHON_CALLS).sort(), expected.sort())
  for (const [name, call] of Object.entries(PYTHON_CALLS)) {
    assert.ok(help.on(name).includes(`In Python: ${call}`), name)
  }
  await made.close()
})

test('HelpTexts finds a member by itself, by its class, and by a variable before the point', () => {
  const recv = help.on('Socket.recv')
  assert.match(recv, /^Socket\.recv\(bufsize: number\): Promise<Buffer>\n {2}Receives 1 to `bufsize` bytes/)
  assert.equal(help.on('socket.recv'), recv)
  assert.ok(help.on('recv').startsWith(`${recv}\n\nByteStream.recv(`))
  assert.equal(help.on('conn.recv'), help.on('recv'))
  assert.match(help.on('TcpSocket.readLine'), /^ByteStream\.readLine\(/)
  assert.match(help.on('socket.SHUT_WR'), /^const SHUT_WR = 1\n/)
  assert.match(
    help.on('TcpListener.listen'),
    /^TcpListener\.listen\(port: .*\nTcpListener\.listen\(options: /,
  )
})

test('HelpTexts tells of a socket how it is made and what it has, as Python does', () => {
  const text = help.on('socket')
  assert.match(text, /^socket\(family: .*\): Socket\n/)
  assert.match(text, /\n\ninterface Socket extends AsyncDisposable\n/)
  assert.match(text, /\n {2}It has: family type proto bind listen accept connect send sendall recv /)
})

test('HelpTexts suggests the name that was meant', () => {
  assert.equal(help.on('recvform'), 'There is no help on recvform. Did you mean recvfrom?')
  assert.equal(help.on('conn.acept'), 'There is no help on conn.acept. Did you mean accept?')
  assert.equal(help.on('constructor'), 'There is no help on constructor. .help lists what there is.')
})

test('HelpTexts breaks lines, joins those of a paragraph, and leaves samples as they are', () => {
  const doc = ['One', 'two.', '', '    a   sample', '', '@param x - what', 'it is', 'word '.repeat(40).trim()]
  const member = {
    name: 'f',
    kind: 'function',
    signatures: ['f(x: string): void'],
    doc,
    members: [],
    extends: [],
  } as const
  const lines = new HelpTexts([{ title: 'all', declarations: [member] }]).on('f').split('\n')
  assert.deepEqual(lines.slice(0, 5), ['f(x: string): void', '  One two.', '', '      a   sample', ''])
  assert.match(lines[5] ?? '', /^ {2}x: what it is word word/)
  assert.ok(lines.every((line) => line.length <= 100))
})
