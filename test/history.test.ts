/** The commands about the history, beside a server's store and without. docs/history.md has a test of its own. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { TcpSocket } from '@partyline/sockets'
import { exportIn } from '../packages/cli/src/commands/export.ts'
import { logIn } from '../packages/cli/src/commands/log.ts'
import { restoreAt } from '../packages/cli/src/commands/restore.ts'
import { pause } from '../packages/cli/src/history/follow.ts'
import { formatSecond, localZone } from '../packages/cli/src/history/local-times.ts'
import { main } from '../packages/cli/src/main.ts'
import { type Child, startNode, startProgram } from '../packages/cli/src/testing/child.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { ANN, BOB, LAUNCHER, objectsIn, run, runIn, stage } from './history-stage.ts'
import { freePort } from './samples.ts'

const FIVE = Date.parse('2026-11-20T16:06:00Z')

async function idsOf(data: string, ...args: string[]): Promise<readonly unknown[]> {
  const { stdout, stderr } = await run(data, ...args)
  assert.equal(stderr, '')
  return objectsIn(stdout).map(({ id }) => id)
}

test('log reads and searches beside a running server, and after it', async (t) => {
  const { data, store } = await stage(t)
  for (const isRunning of [true, false]) {
    if (!isRunning) await store.close()
    assert.deepEqual(await idsOf(data, 'log', '--json'), ['m1', 'm2', 'm6'])
    assert.deepEqual(await idsOf(data, 'log', '#Den', '--json'), ['m3'])
    assert.deepEqual(await idsOf(data, 'log', '--search', 'cake', '--json'), ['m3'])
    assert.deepEqual(await idsOf(data, 'log', '-s', 'five', '--json'), ['m1', 'm6'])
    assert.deepEqual(await idsOf(data, 'log', '-s', '"five it" from:bob in:lobby', '--json'), ['m6'])
    assert.deepEqual(await idsOf(data, 'log', '--from', 'ANN', '--json'), ['m1'])
    assert.deepEqual(await idsOf(data, 'log', '-n', '1', '--json'), ['m6'])
    const [since, until] = ['2026-11-20T16:04:40Z', '2026-11-20T16:06Z']
    assert.deepEqual(await idsOf(data, 'log', '--since', since, '--until', until, '--json'), ['m2'])
    assert.deepEqual(await idsOf(data, 'log', '--since', since, '--last', '1', '--json'), ['m6'])
  }
  const { stdout } = await run(data, 'log', '--last', '1')
  assert.equal(stdout, `${formatSecond(FIVE, localZone)} #lobby bob: five it is\n`)
})

test('log and export show the times of this machine, and log counts back from now', async (t) => {
  const { data } = await stage(t)
  const zone = (): number => 330 // India
  const log = logIn({ now: () => FIVE + 10_000, zone, pause })
  const line = '2026-11-20 21:36:00 #lobby bob: five it is\n'
  assert.equal((await runIn(log, data, '--since', '1m')).stdout, line)
  assert.equal((await runIn(log, data, '--since', '2026-11-20 21:36')).stdout, line)
  assert.equal((await runIn(log, data, '--search', 'five after:2026-11-20T21:36')).stdout, line)
  assert.ok((await runIn(exportIn(zone), data)).stdout.endsWith(line))
})

test('log --follow shows what comes, as it happens, until it is stopped', async (t) => {
  const { data, store } = await stage(t)
  const io = fakeIo({ PARTYLINE_DATA: data })
  const ended = main(['log', '-f', '--last', '1'], io)
  await io.stdout.until('five it is\n')
  await store.append([{ kind: 'said', id: 'm7', room: '#lobby', from: ANN, text: 'good\u001b[2J' }])
  await io.stdout.until('ann: good␛[2J\n')
  await store.append([
    { kind: 'edited', id: 'e2', room: '#lobby', from: ANN, target: 'm7', text: 'fine' },
    { kind: 'topic', id: 't1', room: '#lobby', from: BOB, text: 'tea' },
  ])
  await io.stdout.until('-- ann edited a message: fine\n')
  await io.stdout.until('-- bob set the topic: tea\n')
  io.stop('SIGINT')
  assert.equal(await ended, 130)
  assert.equal(io.stdout.text.split('\n').length, 5)
})

test('log --follow --from waits for one person, in a room where nothing was said yet', async (t) => {
  const { data, store } = await stage(t)
  const io = fakeIo({ PARTYLINE_DATA: data })
  const ended = main(['log', 'attic', '--follow', '--from', 'bob', '--json'], io)
  const said = { kind: 'said', room: '#attic', text: 'x' } as const
  await store.append([
    { ...said, id: 'a1', from: ANN },
    { ...said, id: 'a2', from: BOB },
  ])
  await io.stdout.until('"a2"')
  assert.deepEqual(
    objectsIn(io.stdout.text).map(({ id }) => id),
    ['a2'],
  )
  io.stop('SIGTERM')
  assert.equal(await ended, 143)
})

test('log refuses what cannot be meant, and says what to do', async (t) => {
  const { data, store } = await stage(t)
  await store.close()
  for (const [args, code, sentence] of [
    [['nowhere'], 1, /^partyline: nothing was ever said in #nowhere\.\n {2}There are: #lobby #den\n$/],
    [
      ['--since', 'soon'],
      2,
      /^partyline: --since soon is no time\.\n {2}A time is 30m, 2h, 1d or 1w ago, today/,
    ],
    [['--search', '"tea'], 2, /^partyline: --search: a quote is opened and not closed\.\n$/],
    [['den', '--search', 'tea in:den'], 2, /^partyline: a room is given twice: /],
    [['--from', 'ann', '--search', 'tea from:ann'], 2, /^partyline: a name is given twice: /],
    [
      ['--follow', '--search', 'tea'],
      2,
      /^partyline: with --follow there is no --search and no --until\.\n {2}/,
    ],
    [['--last', '0'], 2, /--last 0 is not a whole number from 1 to 10000\./],
    [['--data', ':memory:'], 2, /^partyline: with --data :memory: nothing is kept/],
    [['--data', join(data, 'none')], 1, /^partyline: there is no history at .*\.\n {2}The server makes it: /],
    [['--config', join(data, 'none.toml')], 2, /^partyline: there is no file /],
  ] as const) {
    const ran = await run(data, 'log', ...args)
    assert.deepEqual([ran.code, ran.stdout], [code, ''], args.join(' '))
    assert.match(ran.stderr, sentence)
  }
  const { code, stdout } = await run(join(data, 'none'), 'log', '--json')
  assert.equal(code, 1)
  const [error] = objectsIn(stdout)
  assert.deepEqual([error?.event, error?.error, error?.store], ['error', 'failed', 'missing'])
})

test('export writes everything in order, private conversations only with --private', async (t) => {
  const { data } = await stage(t)
  assert.deepEqual(await idsOf(data, 'export', '--format', 'jsonl'), ['m1', 'm2', 'm3', 'm5', 'm6'])
  assert.deepEqual(await idsOf(data, 'export', 'den', '--format', 'jsonl'), ['m3'])
  const all = await run(data, 'export', '--format', 'jsonl', '--private')
  const [m1, m2, , m4, m5] = objectsIn(all.stdout)
  const common = { room: '#lobby', from: 'ann', fromId: 'p1' }
  const [time, edited] = ['2026-11-20T16:04:32.000Z', '2026-11-20T16:06:30.000Z']
  assert.deepEqual(m1, { id: 'm1', seq: 1, ...common, kind: 'message', text: 'tea at five?', time, edited })
  assert.equal(m2?.kind, 'action')
  assert.deepEqual([m4?.to, m4?.text], ['bob', 'a secret cake'])
  assert.deepEqual([m5?.text, m5?.deleted], ['', '2026-11-20T16:06:31.000Z'])
  assert.doesNotMatch((await run(data, 'export', '--format', 'html')).stdout, /secret|biscuits|four/)
  const both = await run(data, 'export', 'den', '--private')
  assert.deepEqual([both.code, both.stdout], [2, ''])
})

test('export -o puts the file there when it is whole, or not at all', async (t) => {
  const { data } = await stage(t)
  const to = join(data, 'chat.txt')
  writeFileSync(to, 'old', { mode: 0o644 })
  const { code, stdout, stderr } = await run(data, 'export', '--output', to)
  assert.deepEqual([code, stdout, stderr], [0, '', `* 5 messages in ${to}\n`])
  assert.deepEqual(readFileSync(to, 'utf8'), (await run(data, 'export', '-o', '-')).stdout)
  assert.equal(statSync(to).mode & 0o777, 0o600) // as secret as the history itself
  const stopped = fakeIo({ PARTYLINE_DATA: data })
  stopped.stop('SIGINT')
  const before = readdirSync(data)
  assert.equal(await main(['export', 'den', '-o', to], stopped), 130)
  assert.deepEqual(readdirSync(data), before)
  assert.equal(readFileSync(to, 'utf8').split('\n').length, 6)
  const nowhere = await run(data, 'export', '-o', join(data, 'none', 'x'))
  assert.deepEqual([nowhere.code, nowhere.stdout], [1, ''])
})

test('backup copies while the server runs, and restore puts it back when it does not', async (t) => {
  const { data, file, store } = await stage(t)
  const copy = join(data, 'friday.backup')
  const made = await run(data, 'backup', copy, '--json')
  const summary = { rooms: 2, conversations: 1, messages: 6 }
  assert.deepEqual(objectsIn(made.stdout), [{ file: copy, bytes: statSync(copy).size, ...summary }])
  assert.equal(statSync(copy).mode & 0o777, 0o600)
  await store.append([{ kind: 'said', id: 'm7', room: '#lobby', from: ANN, text: 'later' }])

  const running = await run(data, 'restore', copy, '--move-aside')
  assert.equal(running.code, 1)
  assert.match(running.stderr, /another process uses that history\.\n {2}Stop the server, and try again\.\n$/)
  await store.close()
  const there = await run(data, 'restore', copy)
  assert.match(
    there.stderr,
    /^partyline: there is a history at .*\.\n {2}Keep that one .*: {2}--move-aside\n/,
  )
  assert.deepEqual([there.code, (await idsOf(data, 'log', '-n', '1', '--json'))[0]], [1, 'm7'])

  const restore = restoreAt(() => FIVE)
  const movedTo = `${file}.before-2026-11-20T16-06-00Z`
  const moved = await runIn(restore, data, copy, '--move-aside', '--json')
  assert.deepEqual(objectsIn(moved.stdout), [{ file, ...summary, movedTo }])
  assert.ok(existsSync(movedTo))
  await assert.rejects(runIn(restore, data, copy, '--move-aside'), { exitCode: 1 }) // that name is taken now
  assert.deepEqual(await idsOf(data, 'log', '-n', '1', '--json'), ['m6'])
})

test('restore makes the folder, and leaves everything as it was when the copy is none', async (t) => {
  const { data, store, file } = await stage(t)
  await store.close()
  const copy = join(data, 'friday.backup')
  assert.equal((await run(data, 'backup', copy)).code, 0)
  const other = join(data, 'other', 'place')
  assert.equal((await run(other, 'restore', copy)).code, 0)
  assert.equal(statSync(other).mode & 0o777, 0o700)
  assert.deepEqual(await idsOf(other, 'log', '-n', '1', '--json'), ['m6'])

  writeFileSync(copy, 'no database at all'.repeat(100))
  const broken = await run(data, 'restore', copy, '--move-aside')
  assert.equal(broken.code, 1)
  assert.match(broken.stderr, /friday\.backup: that is not a history, or it is damaged\.\n$/)
  assert.ok(existsSync(file))
  assert.ok(!readdirSync(data).some((name) => name.includes('before')))
  assert.deepEqual(await idsOf(data, 'log', '-n', '1', '--json'), ['m6'])
  for (const from of [copy, join(data, 'none.backup')]) {
    assert.equal((await run(join(data, 'third', 'place'), 'restore', from)).code, 1)
    assert.ok(!existsSync(join(data, 'third')))
  }
  for (const command of ['backup', 'restore']) {
    const { code, stderr } = await run(data, command)
    assert.equal(code, 2)
    assert.match(stderr, new RegExp(`\n {2}partyline ${command} FILE\n$`))
  }
  assert.match((await run(data, 'backup', copy)).stderr, /is there already\.\n/)
  assert.match((await run(data, 'backup', join(data, 'none', 'x'))).stderr, /there is no such folder\.\n$/)
})

test('backup says it when the history is damaged, and its copy with it', async (t) => {
  const { data, file, store } = await stage(t)
  await store.close()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 5 * 4096, 9 * 4096) // pages in the middle
  writeFileSync(file, bytes)
  const copy = join(data, 'friday.backup')
  const { code, stderr } = await run(data, 'backup', copy)
  assert.equal(code, 1)
  assert.match(stderr, /^partyline: the history is damaged, and so is the copy in .*friday\.backup \(/m)
  assert.ok(existsSync(copy))
})

test('a folder in the place of the history is called one', async (t) => {
  const { data } = await stage(t)
  const other = join(data, 'other')
  mkdirSync(join(other, 'history.db'), { recursive: true })
  const { code, stderr } = await run(other, 'log')
  assert.deepEqual(
    [code, stderr],
    [1, `partyline: ${join(other, 'history.db')} is a folder, and should be a file.\n`],
  )
})

test('doctor finds everything in order, or says what to do and ends with 1', async (t) => {
  const { data, file, store } = await stage(t)
  const port = String(await freePort())
  const flags = ['--text-port', port, '--web-port', '0', '--host', '127.0.0.1', '--max-connections', '1']
  const well = await run(data, 'doctor', ...flags, '--json')
  assert.equal(well.code, 0, well.stdout)
  const found = new Map(objectsIn(well.stdout).map((one) => [one.check, one.found]))
  assert.equal(found.get('server'), `process ${process.pid} runs on this folder`)
  assert.match(String(found.get('history')), /^6 messages in 2 rooms and 1 private conversation, /)
  await store.close()
  await chmod(file, 0o644)
  const ill = await run(data, 'doctor', ...flags)
  assert.equal(ill.code, 1)
  assert.match(ill.stdout, /^ok {4}server {7}none runs on this folder$/m)
  const advice = `others than its owner can look into ${file} (644). What to do: chmod 600 ${file}`
  assert.ok(ill.stdout.includes(`FAIL  permissions  ${advice}\n`), ill.stdout)
})

/** The command as a person has it. */
function partyline(data: string, ...args: string[]): Child {
  return startNode([LAUNCHER, ...args], { env: { TZ: 'UTC', PARTYLINE_DATA: data } })
}

describe('the history from outside', () => {
  test('what is said through a plain socket is found by log --search, in the export and in a backup', async (t) => {
    const { data, store } = await stage(t)
    await store.close()
    const server = startNode([LAUNCHER, 'serve', '--text-port', '0', '--data', data])
    t.after(() => server[Symbol.asyncDispose]())
    await server.stdout.until(/^Listening on :\d+\n/)
    const port = Number(/:(\d+)/.exec(server.stdout.text)?.[1])
    await using socket = await TcpSocket.connect(port, '127.0.0.1')
    await socket.recvUntil('Please enter your screen name:\n', { max: 1000 })
    await socket.send('dora\npineapple\n')
    await socket.recvUntil('dora::pineapple\n', { max: 10_000 })
    const [found] = objectsIn((await run(data, 'log', '--search', 'APPLE', '--json')).stdout)
    assert.equal(found?.text, 'pineapple')
    assert.ok((await idsOf(data, 'export', '--format', 'jsonl')).includes(found?.id))
    const copy = join(data, 'friday.backup')
    assert.equal((await run(data, 'backup', copy)).code, 0)
    assert.match(
      (await run(data, 'restore', copy)).stderr,
      /\(process \d+\): another process uses that history\.\n/,
    )
    server.process.kill('SIGTERM')
    assert.equal(await server.exit, 0)
    assert.equal((await run(data, 'restore', copy, '--move-aside')).code, 0)
    assert.deepEqual(await idsOf(data, 'log', '--from', 'dora', '--json'), [found?.id])
  })

  test('export fails when what is behind standard output is full', {
    skip: existsSync('/dev/full') ? false : 'there is no /dev/full',
  }, async (t) => {
    const { data } = await stage(t)
    const script = `exec "$0" "$@" > /dev/full`
    for (const command of ['export', 'log']) {
      await using full = startProgram('/bin/sh', ['-c', script, process.execPath, LAUNCHER, command], {
        env: { PARTYLINE_DATA: data },
      })
      assert.equal(await full.exit, 1)
      assert.equal(full.stderr.text, 'partyline: cannot write standard output (ENOSPC).\n')
    }
  })

  test('log --follow ends when its reader has gone, although nobody says anything', {
    skip: process.platform === 'linux' ? false : 'only where tail is that of GNU',
  }, async (t) => {
    const { data } = await stage(t)
    const script = '"$0" "$1" log --follow | head -1'
    await using shell = startProgram('/bin/sh', ['-c', script, process.execPath, LAUNCHER], {
      env: { PARTYLINE_DATA: data, TZ: 'UTC' },
    })
    assert.deepEqual([await shell.exit, shell.stderr.text], [0, ''])
    assert.match(shell.stdout.text, /^2026-11-20 16:04:32 #lobby .*\n$/)
  })

  test('log finds what was said beside the server, and ends with 130 at Ctrl-C', async (t) => {
    const { data, store } = await stage(t)
    await using log = partyline(data, 'log', '--follow')
    await log.stdout.until('2026-11-20 16:06:00 #lobby bob: five it is\n')
    await store.append([{ kind: 'said', id: 'm7', room: '#lobby', from: ANN, text: 'from afar' }])
    await log.stdout.until('ann: from afar\n')
    log.process.kill('SIGINT')
    assert.deepEqual([await log.exit, log.stderr.text], [130, ''])
  })
})
