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

/** How nice the threads of this process are that are not among the `old` (proc_pid_stat(5), the 19th field). */
function nicenessOf(threads: readonly string[], old: readonly string[]): readonly number[] {
  const stats = threads.flatMap((thread) => {
    try {
      return old.includes(thread) ? [] : [readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')]
    } catch {
      return [] // that thread has ended meanwhile
    }
  })
  return stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]))
}

function threads(): readonly string[] {
  return readdirSync('/proc/self/task')
}

test('stepBack takes the thread of searches behind all others, and only that', ON_LINUX, async (t) => {
  const own = getPriority()
  // By their numbers: a thread that another test has ended may be seen for some time after it was waited for.
  const old = threads()
  const store = await openSqliteStore({
    file: join(folder, 'searched.db'),
    now: () => 0,
    synchronous: 'normal',
    searchDeadlineMs: Infinity,
  })
  t.after(() => store.close()) // its threads would keep this process running if something does not hold
  await store.append([said('tea')])
  await store.history({ room: '#lobby', count: 1 })
  assert.deepEqual(
    nicenessOf(threads(), old).filter((nice) => nice > own),
    [],
  )
  assert.equal((await foundIds(store, 'nothing')).length, 0)
  const behind = nicenessOf(threads(), old).filter((nice) => nice > own)
  assert.deepEqual(behind, own < 19 ? [Math.min(19, own + 10)] : [], 'of 19 there is no further step')
  assert.equal(getPriority(), own)
})
