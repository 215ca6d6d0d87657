/** `partyline get` and `resolve` from outside: real processes, real servers, and docs/get.md as it stands. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { HTTP_RESPONSE_LIMITS } from '@partyline/protocols'
import { type Child, startNode } from '../packages/cli/src/testing/child.ts'
import { answering, byteByByte, listening, requestOn, turns } from '../packages/cli/src/testing/raw-server.ts'
import { assertShown, ROOT, runSample, type Sample, samplesOf, startSample, typeErrorsOf } from './samples.ts'

const LAUNCHER = `${ROOT}packages/cli/bin/partyline.js`
const PAGE = 'docs/get.md'

function partyline(...args: string[]): Child {
  return startNode([LAUNCHER, ...args])
}

/** What Node's own server receives, and a port on which it answers everything that a body can be. */
async function nodeServer(t: TestContext): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.host}`)
    if (request.url === '/chunked') response.write('hel')
    if (request.url === '/hints') response.writeEarlyHints({ link: '</a>' })
    if (request.url === '/none') response.statusCode = 204
    response.end(request.url === '/chunked' ? 'lo\n' : request.url === '/none' ? '' : 'hello\n')
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, requests }
}

// Most of their time the tests wait for a process to start.
describe('partyline get', { concurrency: 4 }, () => {
  test('get fetches from a server of node:http whatever form the body has', async (t) => {
    const { port, requests } = await nodeServer(t)
    const paths = ['/', '/chunked', '/hints', '/none']
    await Promise.all(
      paths.map(async (path) => {
        await using get = partyline('get', `localhost:${port}${path}`)
        assert.equal(await get.exit, 0)
        assert.deepEqual([get.stdout.text, get.stderr.text], [path === '/none' ? '' : 'hello\n', ''])
      }),
    )
    assert.deepEqual(requests.sort(), paths.map((path) => `GET ${path} localhost:${port}`).sort())
  })

  test('get ends with 6 and what came when an answer in single bytes breaks off', async (t) => {
    const answer = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello\n\r\n6\r\nhel'
    const port = await listening(t, answering(...byteByByte(answer)))
    await using get = partyline('get', `127.0.0.1:${port}`)
    assert.equal(await get.exit, 6)
    assert.equal(get.stdout.text, 'hello\nhel')
    assert.equal(
      get.stderr.text,
      `partyline: 127.0.0.1 port ${port}: the answer ended after 9 bytes, before its last chunk.\n`,
    )
  })

  test('get ends with 5 when a server says nothing for the time of -w', async (t) => {
    const port = await listening(t, (socket) => socket.closed)
    await using get = partyline('get', '-w', '1', `127.0.0.1:${port}`)
    assert.equal(await get.exit, 5)
    assert.match(
      get.stderr.text,
      /^partyline: nothing came from 127\.0\.0\.1 port \d+ for 1 s, before it answered\.\n/,
    )
  })

  test('get ends with the code of the signal that stops it', async (t) => {
    const play = answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello\n')
    const port = await listening(t, async (socket, context) => {
      await play(socket, context)
      await socket.closed
    })
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      await using get = partyline('get', `127.0.0.1:${port}`)
      await get.stdout.until('hello\n')
      get.process.kill(signal)
      assert.equal(await get.exit, code)
      assert.equal(get.stderr.text, '')
    }
  })

  test('get takes no more from the network than its reader takes, and loses nothing', async (t) => {
    const size = 32 * 1024 * 1024
    let offered = 0
    const { promise: isUnderWay, resolve: underWay } = Promise.withResolvers<void>()
    const port = await listening(t, async (socket) => {
      await requestOn(socket)
      await socket.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      for (const part = Buffer.alloc(65_536, 'x'); offered < size; offered += part.length) {
        if (offered === 16 * part.length) underWay()
        await socket.send(part)
      }
    })
    const args = [LAUNCHER, 'get', `127.0.0.1:${port}`]
    const get = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(get, 'close')
    t.after(() => get.kill('SIGKILL'))
    await isUnderWay
    await turns(5000)
    assert.ok(offered < size, 'all of it was taken while nobody read')
    let received = 0
    for await (const chunk of get.stdout) received += chunk.length
    assert.equal(received, size)
    assert.deepEqual(await closed, [0, null])
  })

  test('get is not held up by an input that is open, and does not read it', async (t) => {
    const { port, requests } = await nodeServer(t)
    await using get = partyline('get', `127.0.0.1:${port}`)
    get.process.stdin?.write('never sent')
    assert.equal(await get.exit, 0)
    assert.deepEqual(requests, [`GET / 127.0.0.1:${port}`])
  })

  test('get -x shows the bytes of both directions on standard error', async (t) => {
    const port = await listening(t, answering('HTTP/1.1 200 OK\r\n\r\nhello\n'))
    await using get = partyline('get', '-x', `127.0.0.1:${port}`)
    assert.equal(await get.exit, 0)
    assert.equal(get.stdout.text, 'hello\n')
    assert.match(get.stderr.text, /^> .*\|GET \/ HTTP\/1\.1␍\|?/m)
    assert.match(get.stderr.text, /^< .*\|HTTP\/1\.1 200 OK/m)
  })

  test('resolve fails with a sentence and 3 for a service that nobody knows', async () => {
    await using resolve = partyline('resolve', '127.0.0.1', 'no-such-service')
    assert.equal(await resolve.exit, 3)
    assert.match(resolve.stderr.text, /^partyline: no service of TCP is called "no-such-service"\.\n {2}/)
  })
})

/** A folder in which `partyline` is a command, as after an installation. */
async function shellFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-get-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'partyline')
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${LAUNCHER}' "$@"\n`)
  await chmod(file, 0o755)
  return folder
}

/** Types the lines of a sample that begin with `$` into a shell, and gives what a terminal would show. */
async function typed({ code }: Sample, ports: ReadonlyMap<string, string>, folder: string): Promise<string> {
  const script = code
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) => line.slice(2))
    .map((line) => `echo '$ ${line.replaceAll("'", "'\\''")}'\n${line}\n`)
  const { PATH } = process.env
  const shell = spawn('sh', ['-c', replaced(`exec 2>&1\n${script.join('')}`, ports)], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${PATH}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const shown = (await text(shell.stdout)).replaceAll('\r\n', '\n').trimEnd() // a terminal shows no CR
  return replaced(shown, new Map([...ports].map(([page, real]) => [real, page])))
}

function replaced(words: string, by: ReadonlyMap<string, string>): string {
  return [...by].reduce((all, [from, to]) => all.replaceAll(from, to), words)
}

test('docs/get.md shows what its commands and programs do', async (t) => {
  const samples = samplesOf(PAGE)
  const named = (info: string): Sample => {
    const found = samples.find((sample) => sample.info === info)
    assert.ok(found, info)
    return found
  }
  await using server = await startSample(named('server'))
  await using liar = await startSample(named('liar'))
  for (const sample of [server, liar])
    assert.match((await sample.line()) ?? '', /^Listening on 127\.0\.0\.1:800[01]$/)
  const ports = new Map([
    ['8000', String(server.port)],
    ['8001', String(liar.port)],
  ])
  const folder = await shellFolder(t)
  const sessions = samples.filter(({ code }) => code.startsWith('$ '))
  assert.ok(sessions.length >= 7)
  await Promise.all(
    sessions.map(async (session) => assertShown(await typed(session, ports, folder), session)),
  )
  const client = named('client')
  assertShown(await runSample(client, { port: server.port }), samples[samples.indexOf(client) + 1])
})

test('the programs of docs/get.md have no type errors', async () => {
  assert.equal(await typeErrorsOf(PAGE), '')
})

test('docs/get.md has the limits that are in force', () => {
  const { headBytes, fields, interim } = HTTP_RESPONSE_LIMITS
  const words = `${headBytes.toLocaleString('en-US')} bytes and ${fields} headers in a head, ${interim} interim answers`
  assert.ok(readFileSync(`${ROOT}${PAGE}`, 'utf8').includes(words), words)
})
