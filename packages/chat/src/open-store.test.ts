import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DEFAULT_CONFIG } from './config.ts'
import { openStore } from './open-store.ts'
import { FakeClock } from './testing/fake-clock.ts'

const SAID = { kind: 'said', room: '#lobby', from: { id: 'p1', name: 'ann' }, text: 'hello' } as const

async function inFolder(work: (data: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-'))
  try {
    await work(join(folder, 'data'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('openStore keeps nothing where no folder is named', async () => {
  const keeping = await openStore(DEFAULT_CONFIG, new FakeClock(), () => {})
  assert.equal(keeping.folder, undefined)
  await keeping.store.append([{ ...SAID, id: 'm1' }])
  await keeping.close()
})

test('openStore makes the folder for its owner, with the history and the process id', async () => {
  await inFolder(async (data) => {
    const lines: string[] = []
    const config = { ...DEFAULT_CONFIG, data }
    const first = await openStore(config, new FakeClock(), (line) => lines.push(line))
    await first.store.append([{ ...SAID, id: 'm1' }])
    assert.equal(statSync(data).mode & 0o777, 0o700)
    assert.equal(readFileSync(join(data, 'pid'), 'utf8'), `${process.pid}\n`)
    await first.close()
    assert.equal(existsSync(join(data, 'pid')), false)
    const second = await openStore(config, new FakeClock(), (line) => lines.push(line))
    const history = await second.store.history({ room: '#lobby', count: 10 })
    assert.deepEqual(
      history.map(({ text }) => text),
      ['hello'],
    )
    await second.close()
    assert.deepEqual(lines, [])
  })
})

test('openStore refuses a folder that another server has', async () => {
  await inFolder(async (data) => {
    const config = { ...DEFAULT_CONFIG, data }
    const first = await openStore(config, new FakeClock(), () => {})
    await assert.rejects(
      openStore(config, new FakeClock(), () => {}),
      { code: 'in-use' },
    )
    await first.close()
  })
})
