/** docs/history.md: every command in it is run, and its table of fields is what is written. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { main } from '../packages/cli/src/main.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { BOB, LAUNCHER, objectsIn, run, stage } from './history-stage.ts'
import { assertShown, freePort, ROOT, samplesOf } from './samples.ts'

const REACTED = { kind: 'reacted', room: '#lobby', from: BOB, target: 'm1', text: '+1' } as const
const PAGE = 'docs/history.md'

test('docs/history.md shows what its commands do', async (t) => {
  const { data, store } = await stage(t)
  await store.close()
  const folder = join(data, '..')
  const file = join(folder, 'partyline')
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${LAUNCHER}' "$@"\n`, { mode: 0o755 })
  const port = String(await freePort())
  const { PATH } = process.env
  const env = { PATH: `${folder}${delimiter}${PATH}`, TZ: 'UTC', PARTYLINE_TEXT_PORT: port }
  const sessions = samplesOf(PAGE).filter(({ code }) => code.startsWith('$ '))
  assert.ok(sessions.length >= 7)
  for (const session of sessions) {
    const lines = session.code.split('\n').filter((line) => line.startsWith('$ '))
    const script = lines.map((line) => `echo '${line.replaceAll("'", "'\\''")}'\n${line.slice(2)}\n`)
    const shell = spawn('sh', ['-c', `exec 2>&1\n${script.join('')}`], { cwd: folder, env })
    assertShown((await text(shell.stdout)).trimEnd().replaceAll(port, '5000'), session)
  }
})

test('docs/history.md lists exactly the fields of the objects', async (t) => {
  const { data, store } = await stage(t)
  const io = fakeIo({ PARTYLINE_DATA: data })
  const following = main(['log', '--follow', '--json'], io)
  await io.stdout.until('"m6"')
  await store.append([{ kind: 'deleted', id: 'd2', room: '#lobby', from: BOB, target: 'm6' }])
  await store.append([
    { ...REACTED, id: 'r2' },
    { ...REACTED, id: 'r3', removed: true },
  ])
  await io.stdout.until('"r3"')
  io.stop('SIGINT')
  await following
  const { stdout } = await run(data, 'export', '--format', 'jsonl', '--private')
  const fields = objectsIn(`${stdout}${io.stdout.text}`).flatMap((one) => Object.keys(one))
  const page = readFileSync(`${ROOT}${PAGE}`, 'utf8')
  const table = page.split('| field | what it is |')[1]?.split('\n\n')[0] ?? ''
  const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field)
  assert.deepEqual(new Set(listed), new Set(fields))
})
