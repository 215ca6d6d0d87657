/**
 * docs/sockets.md against the library, both ways: its samples run and print what it shows, and its tables list what
 * there is, no more and no less.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { SOCKET_ERRORS } from '@partyline/sockets'
import { constantIn, declarationsOf, fieldsOf, publicNames } from './public-names.ts'
import {
  assertShown,
  type Program,
  programsOf,
  ROOT,
  runSample,
  startSample,
  typeErrorsOf,
} from './samples.ts'

const PAGE = 'docs/sockets.md'
const SOURCES = 'packages/sockets/src'
const page = readFileSync(join(ROOT, PAGE), 'utf8')

/** Where the options are declared, in the order of the page. */
const OPTIONS = [
  ['Op', 'byte-stream.ts'],
  ['LineOptions', 'byte-stream.ts'],
  ['StreamOptions', 'stream-options.ts'],
  ['SocketOptions', 'socket-options.ts'],
  ['KeepAlive', 'socket-options.ts'],
  ['ConnectOptions', 'connect.ts'],
  ['ListenOptions', 'listen-options.ts'],
  ['ServeOptions', 'serve.ts'],
  ['TlsOptions', 'tls.ts'],
  ['UdpOptions', 'udp-options.ts'],
  ['ResolveOptions', 'resolve.ts'],
] as const

/** The numbers of the page, as the code has them. */
const CONSTANTS = [
  ['`recvHighWater`', '64 KiB', 'stream-options.ts', 'HIGH_WATER', '64 * 1024'],
  ['`sendHighWater`', '64 KiB', 'stream-options.ts', 'HIGH_WATER', '64 * 1024'],
  ['`maxSendQueue`', '8 MiB', 'stream-options.ts', 'MAX_SEND_QUEUE', '8 * 1024 * 1024'],
  ['`max`', '8192', 'line-reader.ts', 'DEFAULT_MAX', '8192'],
  ['`attemptDelay`', '250', 'connect.ts', 'ATTEMPT_DELAY', '250'],
  ['`backlog`', '511', 'node-listener.ts', 'BACKLOG', '511'],
  ['`acceptQueue`', '128', 'node-listener.ts', 'ACCEPT_QUEUE', '128'],
  ['`maxHandshakes`', '1024', 'node-listener.ts', 'MAX_HANDSHAKES', '1024'],
  ['`handshakeTimeout`', '10,000', 'tls.ts', 'HANDSHAKE_TIMEOUT', '10_000'],
  [
    '`close`: time without progress until it becomes an abort',
    '10 s',
    'queued-stream.ts',
    'CLOSE_PATIENCE',
    '10_000',
  ],
  ['`close`: how long what still comes is thrown away', '30 s', 'queued-stream.ts', 'DISCARD_TIME', '30_000'],
  ['`close({ linger })`: default', '1 s', 'queued-stream.ts', 'LINGER', '1000'],
  ['`listener.close({ drain })`: default', '10 s', 'node-listener.ts', 'DRAIN', '10_000'],
  ['`connect`: addresses of one name that are tried', '16', 'connect.ts', 'MOST_ATTEMPTS', '16'],
] as const

suite(`the samples of ${PAGE}`, { concurrency: 2 }, () => {
  const programs = programsOf(PAGE)
  const pairs = programs.filter(({ program }) => program.info === 'server')
  const alone = programs.filter(({ program }) => program.info === '')

  test('each sample is a program of its own, or one of a server and its client', () => {
    assert.equal(alone.length + 2 * pairs.length, programs.length)
  })

  for (const { program, output } of alone) {
    test(`runSample prints what line ${program.line} shows`, async () => {
      assertShown(await runSample(program), output)
    })
  }

  for (const server of pairs) {
    const client = programs[programs.indexOf(server) + 1]
    test(`startSample: line ${server.program.line} serves line ${client?.program.line}`, () =>
      serve(server, client))
  }

  test('typeErrorsOf finds none', async () => {
    assert.equal(await typeErrorsOf(PAGE), '')
  })
})

async function serve(server: Program, client: Program | undefined): Promise<void> {
  assert.equal(client?.program.info, 'client')
  await using running = await startSample(server.program)
  assertShown((await running.line()) ?? '', server.output)
  assertShown(await runSample(client.program, { port: running.port }), client.output)
}

test('the table of errors lists every code of SOCKET_ERRORS with its words, and says what to do', () => {
  const rows = table('| code | in words | when, and what to do |')
  assert.deepEqual(
    rows.map(([code, words]) => [code, words]),
    Object.entries(SOCKET_ERRORS).map(([code, words]) => [`\`${code}\``, words]),
  )
  assert.deepEqual(
    rows.filter(([, , advice]) => advice === undefined || advice === ''),
    [],
  )
})

test('the tables of names list exactly what index.ts and testing/index.ts export', () => {
  for (const [title, entry] of [
    ['`@partyline/sockets`', 'index.ts'],
    ['`@partyline/sockets/testing`', 'testing/index.ts'],
  ] as const) {
    const listed = table('| name | what it is |', `\n${title}\n`).flatMap(([names = '']) => quoted(names))
    const exported = publicNames(`${SOURCES}/${entry}`).map(({ name }) => name)
    assert.deepEqual(listed.toSorted(), exported.toSorted())
  }
})

test('every member of the streams, the sockets and the listener is on the page', () => {
  const members = [
    ['ByteStream', 'byte-stream.ts'],
    ['CloseInfo', 'byte-stream.ts'],
    ['TcpSocket', 'tcp-socket.ts'],
    ['TcpListener', 'tcp-listener.ts'],
    ['ListenerStats', 'listen-options.ts'],
    ['UdpSocket', 'udp-socket.ts'],
    ['SocketError', 'errors.ts'],
  ].flatMap(([name = '', file = '']) => declarationsOf({ name, file: `${SOURCES}/${file}` }))
  const names = members.flatMap(({ name }) => name.split('.').slice(1))
  assert.ok(names.includes('recvExactly') && names.includes('dropped'))
  const code = [...page.matchAll(/^```[\s\S]*?^```$|`[^`\n]+`/gm)].join('\n')
  const missing = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))
  assert.deepEqual(missing, [])
})

test('the tables of options list exactly the fields of each interface, with the default that its doc comment gives', () => {
  for (const [name, file] of OPTIONS) {
    const rows = optionsOf(name)
    const fields = fieldsOf(name, `${SOURCES}/${file}`)
    assert.deepEqual(
      rows.map(([option]) => option),
      fields.map((field) => `\`${field.name}\``),
      name,
    )
    for (const [i, { name: field, doc }] of fields.entries()) {
      const said = rows[i]?.[1] ?? ''
      const isSaid = said === '' ? !/\bdefault\b/i.test(plain(doc)) : givesDefault(plain(doc), plain(said))
      assert.ok(
        isSaid || doc.includes('neither is the default'),
        `${name}.${field}: ${said || 'no default'} / ${doc}`,
      )
    }
  }
})

test('the numbers of the tables are those of the code', () => {
  for (const [what, shown, file, name, value] of CONSTANTS) {
    assert.equal(constantIn(`${SOURCES}/${file}`, name), value, `${file} ${name}`)
    assert.ok(page.includes(`\n| ${what} | ${shown} |`), `${what} ${shown}`)
  }
})

test('the table of channels lists what telemetry.ts publishes, with its words', () => {
  const source = readFileSync(join(ROOT, SOURCES, 'telemetry.ts'), 'utf8')
  const names = new Map(
    [...source.matchAll(/^ {2}(\w+): channel\('(.+)'\)/gm)].map(([, key = '', name = '']) => [key, name]),
  )
  const messages = [...source.matchAll(/^ {2}readonly (\w+): \{([\s\S]*?)\}$/gm)]
  const published = messages.map(([, key = '', body = '']) => {
    const fields = [...body.matchAll(/\breadonly (\w+\??):/g)].map(([, field]) => field)
    return [`\`${names.get(key)}\``, `\`{ ${fields.join(', ')} }\``]
  })
  assert.deepEqual(
    table('| channel | message | when |').map(([name, message]) => [name, message]),
    published,
  )
  assert.equal(published.length, names.size)
})

test('the links within the page lead somewhere', () => {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
  const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link)
  assert.deepEqual(
    links.filter((link) => !headings.includes(link ?? '')),
    [],
  )
})

/** The rows of the table with this head, the first one after `title`: their cells. */
function table(head: string, title = ''): string[][] {
  const from = page.indexOf(`\n${head}\n`, page.indexOf(title))
  assert.notEqual(from, -1, `there is no table ${head}`)
  const [rows = ''] = page.slice(from + head.length + 2).split('\n\n', 1)
  return rows
    .trim()
    .split('\n')
    .slice(1)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** The table of options whose title names this interface. */
function optionsOf(name: string): string[][] {
  const [title = ''] = new RegExp(`^(?:[^|\n]*: )?\`${name}\`.*$(?=\n\n\\| option)`, 'm').exec(page) ?? []
  assert.notEqual(title, '', `there is no table for ${name}`)
  return table('| option | default | what |', `\n${title}\n`)
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
}

function plain(text: string): string {
  return text.replaceAll('`', '')
}

/** `Default 64 KiB`, `Default: both`, `utf8 (the default)`, `0 (the default)`, `return it (the default)`. */
function givesDefault(doc: string, said: string): boolean {
  const is = RegExp.prototype.test.bind(
    new RegExp(`Default:? ${escaped(said)}(?![\\w,])|\\b${escaped(said)}(?: it)? \\(the default\\)`),
  )
  return is(doc)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
