import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServerLog, type ServerLogOptions } from './logs.ts'

const NOON = new Date(2026, 10, 20, 12, 4, 5).getTime()

function logTo(format: 'human' | 'json', level: ServerLogOptions['level'] = 'info') {
  const written: string[] = []
  const log = new ServerLog({ format, level, now: () => NOON, write: (text) => written.push(text) })
  return { log, written }
}

test('ServerLog writes lines with the time of day for people, at once', () => {
  const { log, written } = logTo('human')
  log.log('shutting down')
  log.log('a fault', 'error')
  assert.deepEqual(written, ['12:04:05 shutting down\n', '12:04:05 a fault\n'])
})

test('ServerLog writes an object a line for programs, in order, also what was logged before start', async () => {
  const { log, written } = logTo('json')
  log.log('early')
  assert.equal(written.length, 0)
  await log.start()
  log.log('it says "no"', 'warn')
  const time = new Date(NOON).toISOString()
  assert.deepEqual(
    written.map((line) => JSON.parse(line) as unknown),
    [
      { level: 'info', time, msg: 'early' },
      { level: 'warn', time, msg: 'it says "no"' },
    ],
  )
  assert.ok(written.every((line) => line.endsWith('}\n')))
})

test('ServerLog keeps a bounded number of early lines', async () => {
  const { log, written } = logTo('json')
  for (let count = 0; count < 5000; count += 1) log.log('early')
  await log.start()
  assert.equal(written.length, 1000)
})

test('ServerLog leaves out what is less important than its level', async () => {
  const levels = ['debug', 'info', 'warn', 'error'] as const
  for (const format of ['human', 'json'] as const) {
    for (const [at, level] of [...levels, 'silent' as const].entries()) {
      const { log, written } = logTo(format, level)
      await log.start()
      for (const one of levels) log.log(`at ${one}`, one)
      assert.equal(written.length, 4 - at)
      assert.deepEqual(
        levels.filter((one) => log.isOn(one)),
        levels.slice(at),
      )
    }
  }
})

test('ServerLog.answer tells what was asked for, whatever the level, and for people without the time', async () => {
  for (const level of ['info', 'error', 'silent'] as const) {
    const people = logTo('human', level)
    people.log.answer('ann\u001B')
    assert.deepEqual(people.written, ['ann␛\n'])
    const programs = logTo('json', level)
    programs.log.answer('ann\u001B')
    await programs.log.start()
    const [line = ''] = programs.written
    assert.deepEqual(JSON.parse(line), { level: 'info', time: new Date(NOON).toISOString(), msg: 'ann␛' })
  }
})

test('ServerLog lets no control character, line break or bidi control out', async () => {
  const hostile = 'a\u001B[2J\nb\rc\u009Bd\u202Ee\u2028f'
  for (const format of ['human', 'json'] as const) {
    const { log, written } = logTo(format)
    await log.start()
    log.log(hostile)
    assert.equal(written.length, 1)
    assert.doesNotMatch(written[0]?.slice(0, -1) ?? '\n', /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  }
})
