import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { foundIds, said } from '../contract/events.ts'
import { openSqliteStore } from './sqlite-store.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'only Linux has priorities of threads' }
const folder = mkdtempSync(join(tmpdir(), 'partyline-step-back-'))
after(() => rmSync(folder, { recursive: true }))

/** How nice each thread of this process is, the lowest first (proc_pid_stat(5), the 19th field). */
function niceness(): readonly number[] {
  const stats = readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      return [readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')]
    } catch {
      return [] // that thread has ended meanwhile
    }
  })
  const fields = stats.map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' '))
  return fields.map((after) => Number(after[16])).toSorted((a, b) => a - b)
}

test('stepBack takes the thread of searches behind all others, and only that', ON_LINUX, async () => {
  const own = getPriority()
  const before = niceness().filter((nice) => nice > own).length
  const store = await openSqliteStore({
    file: join(folder, 'searched.db'),
    now: () => 0,
    synchronous: 'normal',
  })
  await store.append([said('tea')])
  await store.history({ room: '#lobby', count: 1 })
  assert.equal(niceness().filter((nice) => nice > own).length, before)
  assert.equal((await foundIds(store, 'nothing')).length, 0)
  const behind = niceness().filter((nice) => nice > own)
  assert.deepEqual([behind.length, behind.at(-1)], [before + 1, Math.min(19, own + 10)])
  assert.equal(getPriority(), own)
  await store.close()
})
