/** A server that is killed while it keeps messages loses none that it has acknowledged, and keeps none twice. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { said } from '../contract/events.ts'
import { openHistory } from '../open-history.ts'
import { openSqliteStore } from './sqlite-store.ts'

const PROGRAM = fileURLToPath(new URL('../../testing/append-until-killed.ts', import.meta.url))
const KILLS = 20

const folder = mkdtempSync(join(tmpdir(), 'partyline-kill-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs the program until it has acknowledged so many batches, and kills it. Returns all that it acknowledged. */
async function acknowledged(file: string, first: number, batches: number): Promise<readonly string[]> {
  const flags = ['--conditions=partyline-source', PROGRAM, file, String(first)]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const ids: string[] = []
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(...line.split(' '))
    lines += 1
    if (lines === batches) child.kill('SIGKILL') // what it still says until it is dead counts as well
  }
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
  return ids
}

test(`openSqliteStore loses nothing in ${KILLS} kills that was acknowledged, and keeps nothing twice`, async () => {
  const file = join(folder, 'history.db')
  const all: string[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const first = kill * 1_000_000
    const ids = await acknowledged(file, first, 20 + kill * 7)
    all.push(...ids)

    // What a person sends again after the restart, because they never saw it come back, is kept once as well.
    const store = await openSqliteStore({ file, now: () => Date.now() })
    const resent = ids.slice(-5).map((id) => {
      const person = `p${(Number(id) + 1) % 3}`
      return said(`again-${id}`, {
        room: `#r${(Number(id) + 1) % 2}`,
        from: { id: person, name: person },
        clientId: id,
      })
    })
    const kept = await store.append(resent)
    assert.deepEqual(
      kept.map(({ id }) => id),
      ids.slice(-5),
    )
    await store.close()

    const history = openHistory(file)
    assert.deepEqual(history.faults(), [])
    const stored = [...history.messages()].map(({ id }) => id)
    assert.equal(new Set(stored).size, stored.length)
    assert.deepEqual(
      all.filter((id) => !stored.includes(id)),
      [],
    )
    for (const { room, lastSeq, messages } of history.rooms('all')) {
      assert.equal(lastSeq, messages, room)
    }
    history.close()
  }
})
