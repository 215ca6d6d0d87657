/** The admin socket, over real Unix sockets in a folder of the test's own. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TcpSocket } from '@partyline/sockets'
import { MemoryStage } from '../../testing/memory-stage.ts'
import { type AdminDoor, openAdminDoor } from './admin-door.ts'
import { ADMIN_SOCKET, type AdminReply, MAX_SOCKET_PATH, parseAdminReply } from './admin-lines.ts'

const GUARD = { timeout: 60_000 }

interface Opened {
  readonly stage: MemoryStage
  readonly path: string
  readonly log: string[]
  readonly quits: string[]
  readonly door: AdminDoor | undefined
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'admin-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

async function open(t: TestContext, path?: string): Promise<Opened> {
  const where = path ?? join(await folder(t), ADMIN_SOCKET)
  const stage = new MemoryStage()
  const [log, quits]: [string[], string[]] = [[], []]
  const door = await openAdminDoor({
    path: where,
    chat: stage.chat,
    log: (line) => log.push(line),
    quit: () => quits.push('quit'),
  })
  t.after(() => door?.close())
  return { stage, path: where, log, quits, door }
}

async function ask(path: string, ...lines: string[]): Promise<(AdminReply | undefined)[]> {
  const socket = await TcpSocket.connect({ path, ...GUARD })
  try {
    await socket.send(lines.map((line) => `${line}\n`).join(''), GUARD)
    const replies: (AdminReply | undefined)[] = []
    for (const _ of lines) replies.push(parseAdminReply((await socket.readLine(GUARD)) ?? ''))
    return replies
  } finally {
    socket.abort()
  }
}

function command(line: string): string {
  return JSON.stringify({ command: line })
}

async function enter(stage: MemoryStage, name: string): Promise<{ lines(): string[] }> {
  const { outlet, send } = await entered(stage)
  await send(`${name}\n`)
  outlet.lines()
  return outlet
}

async function entered(stage: MemoryStage) {
  const client = await stage.connect()
  return { outlet: client.outlet, send: (text: string) => client.send(Buffer.from(text)) }
}

test('openAdminDoor answers each line of JSON with one, through the same table as the console', async (t) => {
  const { stage, path, log } = await open(t)
  const ann = await enter(stage, 'ann')
  await enter(stage, 'bob')
  ann.lines()
  const replies = await ask(path, command('who'), command('kick bob too loud'), command('kick carl'))
  assert.deepEqual(replies, [
    { ok: true, lines: ['ann', 'bob'], people: [{ name: 'ann' }, { name: 'bob' }] },
    { ok: true, lines: ['bob was sent out'] },
    { ok: false, error: 'no-such-person', lines: ['carl: nobody here has that name'] },
  ])
  await stage.clock.settle()
  assert.deepEqual(ann.lines(), ['-- bob was sent out by server: too loud', 'bob disconnected'])
  assert.deepEqual(log, ['admin: who: done', 'admin: kick: done', 'admin: kick: no-such-person'])
})

test('openAdminDoor says what is wrong with a line that is no request, and goes on', async (t) => {
  const { path } = await open(t)
  const wrong = ['', '{', 'null', '[]', '"who"', '{"command":1}', '{"__proto__":{"command":"who"}}']
  const replies = await ask(path, ...wrong, command('constructor'), command('say'), command('who'))
  assert.deepEqual(
    replies.map((reply) => reply?.error),
    [...wrong.map(() => 'bad-request'), 'unknown-command', 'usage', undefined],
  )
})

test('openAdminDoor: a request that is too long is refused, and ends the connection only', async (t) => {
  const { path } = await open(t)
  const socket = await TcpSocket.connect({ path, ...GUARD })
  await socket.send(`${command('x'.repeat(100_000))}\n`, GUARD)
  assert.match((await socket.readLine(GUARD)) ?? '', /"error":"bad-request".*at most 8192 bytes/)
  socket.abort()
  assert.equal((await ask(path, command('who')))[0]?.ok, true)
})

test('openAdminDoor: quit is answered before the server ends', async (t) => {
  const { path, quits, door } = await open(t)
  const [reply] = await ask(path, command('quit'))
  await door?.close()
  assert.deepEqual([reply?.lines, quits], [[], ['quit']])
  await assert.rejects(stat(path), { code: 'ENOENT' })
})

test('openAdminDoor: only its owner may use the socket', async (t) => {
  const { path } = await open(t)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('openAdminDoor takes over a socket that nobody listens at, and leaves every other file alone', async (t) => {
  const path = join(await folder(t), ADMIN_SOCKET)
  const first = await open(t, path)
  const second = await open(t, path)
  assert.equal(second.door, undefined)
  assert.deepEqual(second.log, [`no partyline admin: another program uses ${path}`])
  assert.equal((await ask(path, command('who')))[0]?.ok, true)
  await first.door?.close()

  await leaveBehind(path)
  const third = await open(t, path)
  assert.deepEqual([third.door?.path, third.log], [path, []])
  await third.door?.close()

  await writeFile(path, 'mine')
  assert.equal((await open(t, path)).door, undefined)
  assert.equal((await stat(path)).size, 4)
})

test('openAdminDoor takes over a socket that was left behind however long it is held up meanwhile', async (t) => {
  const path = join(await folder(t), ADMIN_SOCKET)
  await leaveBehind(path)
  // Every time limit is over before the system's answer is looked at: so it is when this process was stopped.
  const { mock } = t.mock.method(globalThis, 'setTimeout', (run: () => void) => queueMicrotask(run))
  const { door, log } = await open(t, path)
  mock.restore()
  assert.deepEqual([door?.path, log], [path, []])
})

/** A socket whose server is gone without a word: closing a listener removes its file, so another name keeps it. */
async function leaveBehind(path: string): Promise<void> {
  const { link, rename } = await import('node:fs/promises')
  const { TcpListener } = await import('@partyline/sockets')
  const listener = await TcpListener.listen({ path: `${path}.2` })
  await link(`${path}.2`, `${path}.3`)
  await listener.close()
  await rename(`${path}.3`, path)
}

test('openAdminDoor: a path that is too long, or in no folder, is said, and the chat goes on', async (t) => {
  const long = join(await folder(t), 'x'.repeat(MAX_SOCKET_PATH))
  const { door, log } = await open(t, long)
  assert.equal(door, undefined)
  assert.match(log.join(), /longer than 103 bytes/)
  const nowhere = await open(t, join(await folder(t), 'none', ADMIN_SOCKET))
  assert.equal(nowhere.door, undefined)
  assert.equal(nowhere.log.length, 1)
})
