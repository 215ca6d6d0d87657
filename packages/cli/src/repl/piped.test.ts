import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandError } from '../failure.ts'
import { fakeIo } from '../testing/fake-io.ts'
import type { Outcome } from './evaluator.ts'
import { HelpTexts } from './help-texts.ts'
import { runPiped } from './piped.ts'
import { Session } from './session.ts'

/** A session whose statements wait until the test lets them go on. */
function scene(): {
  session: Session
  begun: string[]
  finish: (outcome: Outcome) => void
  interrupts: () => number
} {
  const begun: string[] = []
  let finish: (outcome: Outcome) => void = () => {}
  let interrupts = 0
  const evaluator = {
    evaluate: (statement: string): Promise<Outcome> => {
      begun.push(statement)
      return new Promise((resolve) => {
        finish = resolve
      })
    },
    interrupt: (): boolean => {
      interrupts += 1
      finish({ is: 'interrupted' })
      return true
    },
    look: (): unknown => undefined,
  }
  const session = new Session({ evaluator, help: new HelpTexts([]), colour: false })
  return { session, begun, finish: (outcome) => finish(outcome), interrupts: () => interrupts }
}

/** Lets everything happen that can. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

test('runPiped begins no statement before the one before is done', async () => {
  const { session, begun, finish } = scene()
  const io = fakeIo()
  const code = runPiped(session, io)
  io.stdin.end('one\ntwo\n')
  while (begun.length < 1) await settled()
  await settled()
  assert.deepEqual(begun, ['one'])
  finish({ is: 'value', value: 1 })
  while (begun.length < 2) await settled()
  finish({ is: 'value', value: undefined })
  assert.equal(await code, 0)
  assert.equal(io.stdout.text, '1\n')
})

test('runPiped ends with the line of the statement that failed, or that has no end', async () => {
  for (const [outcome, message, hint] of [
    [{ is: 'error', error: new RangeError('no') }, 'RangeError: no', 'line 1:  f('],
    [{ is: 'unfinished' }, 'the input ended inside a statement', 'line 1:  f('],
  ] as const) {
    const { session, begun, finish } = scene()
    const io = fakeIo()
    const code = runPiped(session, io)
    io.stdin.end('f(\n')
    while (begun.length < 1) await settled()
    finish(outcome)
    await assert.rejects(code, (error) => {
      assert.ok(error instanceof CommandError)
      assert.deepEqual([error.exitCode, error.message, ...error.hints], [1, message, hint])
      return true
    })
  }
})

test('runPiped leaves at .exit, and with the code of a signal', async () => {
  const leaving = scene()
  const io = fakeIo()
  io.stdin.end('.exit\nnever\n')
  assert.equal(await runPiped(leaving.session, io), 0)
  assert.deepEqual(leaving.begun, [])

  const stopped = scene()
  const other = fakeIo()
  const code = runPiped(stopped.session, other)
  other.stdin.write('await something()\n')
  while (stopped.begun.length < 1) await settled()
  other.stop('SIGTERM')
  assert.equal(await code, 143)
  assert.equal(stopped.interrupts(), 1)
})
