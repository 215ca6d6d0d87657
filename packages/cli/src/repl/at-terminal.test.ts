import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import type { ExitCode } from '../failure.ts'
import type { Io } from '../io.ts'
import { writeLines } from '../terminal/open-lines.ts'
import { fakeIo } from '../testing/fake-io.ts'
import { Screen } from '../testing/screen.ts'
import { onXterm } from '../testing/xterm.ts'
import { runAtTerminal } from './at-terminal.ts'
import type { Outcome } from './evaluator.ts'
import { HelpTexts } from './help-texts.ts'
import { Session } from './session.ts'

const KEYS = { interrupt: '\u0003', end: '\u0004', up: '\u001b[A', tab: '\t' }

interface Scene {
  readonly screen: Screen
  readonly io: Io
  readonly press: (keys: string) => Promise<void>
  readonly code: Promise<ExitCode>
  readonly kept: string[]
  readonly stop: (name: 'SIGTERM') => void
}

/** `wait` waits until it is interrupted, `more` goes on, `throw` fails; all else is its own value. */
function scene(): Scene {
  let interrupt: (() => void) | undefined
  const evaluator = {
    evaluate: async (statement: string): Promise<Outcome> => {
      if (statement.endsWith('more')) return { is: 'unfinished' }
      if (statement === 'throw') return { is: 'error', error: new TypeError('no') }
      if (statement !== 'wait') return { is: 'value', value: Number(statement) || statement }
      return new Promise((resolve) => {
        interrupt = () => resolve({ is: 'interrupted' })
      })
    },
    interrupt: (): boolean => {
      const waited = interrupt !== undefined
      interrupt?.()
      interrupt = undefined
      return waited
    },
    look: (): unknown => undefined,
  }
  const screen = new Screen(40)
  const kept: string[] = []
  const fake = fakeIo({ TERM: 'xterm' })
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => true })
  const io: Io = { ...fake, stdin, stdout: screen, stderr: screen }
  const code = runAtTerminal(io, {
    session: new Session({ evaluator, help: new HelpTexts([]), colour: false }),
    history: { lines: ['earlier'], add: (line) => kept.push(line) },
    complete: (line) => [line === 'soc' ? ['socket'] : [], line],
  })
  const press = async (keys: string): Promise<void> => {
    stdin.write(keys)
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
  }
  return { screen, io, press, code, kept, stop: (name) => fake.stop(name) }
}

describe('the REPL at a terminal', () => {
  onXterm()

  test('runAtTerminal shows results, failures, and what asks for the rest of a statement', async () => {
    const { screen, press, code, kept } = scene()
    await press('7\r')
    await press('throw\r')
    await press('one more\r')
    await press('end\r')
    assert.equal(screen.text, "> 7\n7\n> throw\nTypeError: no\n> one more\n... end\n'one more\\nend'\n>")
    await press('.exit\r')
    assert.equal(await code, 0)
    assert.deepEqual(kept, ['7', 'throw', 'one more', 'end', '.exit'])
  })

  test('runAtTerminal gives the prompt back at Ctrl-C, with what was typed meanwhile', async () => {
    const { screen, press, code } = scene()
    await press('wait\r')
    assert.equal(screen.text, '> wait')
    await press('typed')
    assert.equal(screen.text, '> wait\ntyped')
    await press(KEYS.interrupt)
    assert.equal(screen.text, '> wait\ninterrupted\n> typed')
    await press('\r')
    assert.equal(screen.text, "> wait\ninterrupted\n> typed\n'typed'\n>")
    await press(KEYS.end)
    assert.equal(await code, 0)
  })

  test('runAtTerminal runs one statement after the other, and forgets those behind an interrupted one', async () => {
    const { screen, press, code } = scene()
    await press('wait\r1\r2\r')
    await press(KEYS.interrupt)
    assert.match(screen.text, /interrupted\n>$/)
    await press('3\r')
    assert.match(screen.text, /interrupted\n> 3\n3\n>$/)
    await press(KEYS.end)
    assert.equal(await code, 0)
  })

  test('runAtTerminal forgets a line and a begun statement at Ctrl-C, and leaves at the second at an empty prompt', async () => {
    const { screen, press, code } = scene()
    await press('half')
    await press(KEYS.interrupt)
    assert.equal(screen.text, '> half\n>')
    await press('more\r')
    await press(KEYS.interrupt)
    assert.equal(screen.text, '> half\n> more\n...\n>')
    await press(KEYS.interrupt)
    assert.match(screen.text, /\n>\n\(Ctrl-C again, Ctrl-D or \.exit leaves\)\n>$/)
    await press(KEYS.interrupt)
    assert.equal(await code, 0)
  })

  test('runAtTerminal completes, finds earlier lines, and keeps what others say out of the typed line', async () => {
    const { screen, io, press, code } = scene()
    await press(`soc${KEYS.tab}`)
    assert.equal(screen.text, '> socket')
    writeLines(io.stderr, '* got FIN\n')
    assert.equal(screen.text, '* got FIN\n> socket')
    await press(KEYS.interrupt)
    await press(KEYS.up)
    assert.match(screen.text, /> earlier$/)
    await press(KEYS.interrupt)
    await press(KEYS.end)
    assert.equal(await code, 0)
  })

  test('runAtTerminal leaves with the code of the signal, also while a statement waits', async () => {
    const { press, code, stop } = scene()
    await press('wait\r')
    stop('SIGTERM')
    assert.equal(await code, 143)
  })
})
