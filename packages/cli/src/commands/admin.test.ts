/** `partyline admin`, against servers of the test's own at Unix sockets in a folder of the test's own. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ADMIN_SOCKET } from '@partyline/chat'
import { TcpListener } from '@partyline/sockets'
import { main } from '../main.ts'
import { fakeIo } from '../testing/fake-io.ts'

const GUARD = { timeout: 60_000 }

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'admin-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

/** A server that gives one answer, and the requests that it got. */
async function serverSaying(t: TestContext, answer: string): Promise<{ data: string; asked: string[] }> {
  const data = await folder(t)
  const asked: string[] = []
  const listener = await TcpListener.listen({ path: join(data, ADMIN_SOCKET) })
  t.after(() => listener.close({ drain: 0 }))
  void listener.serve(async (socket) => {
    asked.push((await socket.readLine(GUARD)) ?? '')
    await socket.send(answer, GUARD)
  })
  return { data, asked }
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const io = fakeIo()
  const code = await main(['admin', ...args], io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

test('admin asks the server in the data folder, and prints what it answers', async (t) => {
  const { data, asked } = await serverSaying(t, '{"ok":true,"lines":["ann","bob\\u001b (away)"]}\n')
  const { code, stdout, stderr } = await run('kick', 'bob', 'too', 'loud', '--data', data)
  assert.deepEqual([code, stdout, stderr], [0, 'ann\nbob␛ (away)\n', ''])
  assert.deepEqual(asked, ['{"command":"kick bob too loud"}'])
})

test('admin --json prints the answer as one object', async (t) => {
  const { data } = await serverSaying(t, '{"ok":true,"lines":["ann"],"people":[{"name":"ann"}],"more":1}\n')
  const { code, stdout } = await run('who', '--json', '--data', data)
  assert.deepEqual([code, stdout], [0, '{"ok":true,"lines":["ann"],"people":[{"name":"ann"}]}\n'])
})

test('admin finds the data folder by the file of settings', async (t) => {
  const { data } = await serverSaying(t, '{"ok":true,"lines":["here"]}\n')
  const file = join(data, 'partyline.toml')
  await writeFile(file, `text-port = 5001\ndata = ${JSON.stringify(data)}\n`)
  assert.deepEqual(await run('who', '--config', file), { code: 0, stdout: 'here\n', stderr: '' })
})

test('admin fails when the server has not done it: with 2 for what was typed wrong, else with 1', async (t) => {
  const no = await serverSaying(t, '{"ok":false,"error":"no-such-person","lines":["carl: nobody\\u001b"]}\n')
  const { code, stdout, stderr } = await run('kick', 'carl', '--data', no.data)
  assert.deepEqual([code, stdout, stderr], [1, '', 'partyline: carl: nobody␛.\n'])
  const wrong = await serverSaying(
    t,
    '{"ok":false,"error":"usage","lines":["kick NAME [REASON]: sends out"]}\n',
  )
  assert.equal((await run('kick', '--data', wrong.data)).code, 2)
})

test('admin says it when nobody listens, or something else does', async (t) => {
  const data = await folder(t)
  const { code, stderr } = await run('who', '--data', data)
  assert.equal(code, 4)
  assert.equal(
    stderr,
    [
      `partyline: no chat server listens at ${join(data, ADMIN_SOCKET)}.`,
      '  Is it running, on this machine? --data DIR says where its data folder is.',
      '',
    ].join('\n'),
  )
  for (const answer of ['hello\n', '', '{"ok":true}\n']) {
    const other = await serverSaying(t, answer)
    const outcome = await run('who', '--data', other.data)
    assert.deepEqual([outcome.code, outcome.stdout], [6, ''])
  }
})

test('admin without a command, or without a data folder, is wrong usage', async () => {
  const none = await run()
  assert.equal(none.code, 2)
  assert.match(none.stderr, /no command was given\.\n {2}partyline admin who \|/)
  const memory = await run('who', '--data', ':memory:')
  assert.equal(memory.code, 2)
  assert.match(memory.stderr, /has no data folder/)
})

test('admin says it when the path of the socket is too long for one', async () => {
  const { code, stderr } = await run('who', '--data', `/${'x'.repeat(100)}`)
  assert.equal(code, 2)
  assert.match(
    stderr,
    /^partyline: the path \/x+\/admin\.sock is too long for a socket: .* 103 bytes\.\n {2}Name it/,
  )
})
