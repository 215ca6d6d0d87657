import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNode } from './testing/child.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'only Linux has priorities of threads' }

// A program of its own: who has stepped back cannot come forward again. It tells how nice each of its threads is
// (proc_pid_stat(5), the 19th field), before and after.
const PROGRAM = `
  import { readdirSync, readFileSync } from 'node:fs'
  import { stepBack } from ${JSON.stringify(new URL('step-back.ts', import.meta.url).href)}
  const niceness = () => readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      const stat = readFileSync('/proc/self/task/' + thread + '/stat', 'latin1')
      return [Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])]
    } catch {
      return [] // that thread has ended meanwhile
    }
  })
  const before = niceness()
  stepBack()
  console.log(JSON.stringify({ before, after: niceness() }))`

test('stepBack takes every thread of the process back, not only the one that asks', ON_LINUX, async () => {
  await using program = startNode(['--input-type=module', '--eval', PROGRAM])
  assert.equal(await program.exit, 0, program.stderr.text)
  const { before, after } = JSON.parse(program.stdout.text) as Record<'before' | 'after', readonly number[]>
  assert.ok(before.length > 1, 'V8 has threads of its own')
  assert.ok(before.every((nice) => nice < 19))
  assert.deepEqual([...new Set(after)], [19])
})
