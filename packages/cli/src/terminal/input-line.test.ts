import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { Screen } from '../testing/screen.ts'
import { onXterm } from '../testing/xterm.ts'
import { InputLine } from './input-line.ts'

const KEYS = {
  up: '\u001b[A',
  left: '\u001b[D',
  home: '\u001b[H',
  interrupt: '\u0003',
  end: '\u0004',
  stop: '\u001a',
}

interface Terminal {
  readonly screen: Screen
  readonly line: InputLine
  readonly events: string[]
  /** Presses keys and resolves when they have been handled. */
  readonly press: (keys: string) => void
  readonly raw: boolean[]
  /** Goes on after Ctrl-Z. */
  readonly resume: () => void
}

function terminal(columns = 20): Terminal {
  const screen = new Screen(columns)
  const events: string[] = []
  const raw: boolean[] = []
  let resumed = (): void => {}
  const input = Object.assign(new PassThrough(), { setRawMode: (mode: boolean) => raw.push(mode) })
  const line = new InputLine({
    input,
    output: screen,
    prompt: '> ',
    onLine: (text) => events.push(text),
    onLeave: (how) => events.push(`(${how})`),
    suspend: (go) => {
      events.push('(suspended)')
      resumed = go
    },
  })
  return {
    screen,
    line,
    events,
    raw,
    press: (keys) => input.emit('data', Buffer.from(keys)),
    resume: () => resumed(),
  }
}

describe('InputLine', () => {
  onXterm()

  test('InputLine erases a typed line on Enter and hands it over', () => {
    const { screen, press, events } = terminal()
    press('hello')
    assert.equal(screen.text, '> hello')
    press('\r')
    assert.equal(screen.text, '>')
    assert.deepEqual(events, ['hello'])
  })

  test('InputLine.print puts a line above what is being typed, and the cursor back', () => {
    const { screen, line, press } = terminal()
    press('hello')
    line.print('[bob] hi')
    assert.equal(screen.text, '[bob] hi\n> hello')
    assert.deepEqual(screen.cursor, { row: 1, column: 7 })
    press(KEYS.left + KEYS.left)
    line.print('[bob] are you there?')
    assert.equal(screen.text, '[bob] hi\n[bob] are you there?\n> hello')
    assert.deepEqual(screen.cursor, { row: 2, column: 5 })
    press('X')
    assert.equal(screen.text, '[bob] hi\n[bob] are you there?\n> helXlo')
  })

  test('InputLine keeps a typed line of several rows whole, wherever the cursor is', () => {
    const long = 'abcdefghijklmnopqrstuvwxyz0123456789'
    for (const keys of ['', KEYS.left.repeat(3), KEYS.left.repeat(20), KEYS.home]) {
      const { screen, line, press, events } = terminal()
      press(long)
      press(keys)
      line.print('one')
      line.print('two')
      assert.equal(screen.text, 'one\ntwo\n> abcdefghijklmnopqr\nstuvwxyz0123456789')
      press('\r')
      assert.equal(screen.text, 'one\ntwo\n>')
      assert.deepEqual(events, [long])
    }
  })

  test('InputLine erases exactly the typed rows, for every length around a full row', () => {
    for (let length = 1; length <= 45; length += 1) {
      const { screen, line, press } = terminal()
      line.print('above')
      press('x'.repeat(length))
      line.print('between')
      press('\r')
      assert.equal(screen.text, 'above\nbetween\n>', `${length} characters`)
    }
  })

  test('InputLine knows how wide characters are', () => {
    for (let length = 1; length <= 22; length += 1) {
      const { screen, line, press } = terminal()
      press('漢'.repeat(length))
      line.print('above')
      press('\r')
      assert.equal(screen.text, 'above\n>', `${length} characters`)
    }
  })

  test('InputLine does not hand over an empty line', () => {
    const { screen, press, events } = terminal()
    press('\r\r')
    assert.equal(screen.text, '>')
    assert.deepEqual(events, [])
  })

  test('InputLine finds earlier lines with Up', () => {
    const { screen, press, events } = terminal()
    press('first\r')
    press('second\r')
    press(KEYS.up + KEYS.up)
    assert.equal(screen.text, '> first')
    press('\r')
    assert.deepEqual(events, ['first', 'second', 'first'])
  })

  test('InputLine leaves once on Ctrl-C and on Ctrl-D, and gives the terminal back', () => {
    for (const [key, how] of [
      [KEYS.interrupt, 'interrupt'],
      [KEYS.end, 'end'],
    ] as const) {
      const { screen, press, line, events, raw } = terminal()
      line.print('above')
      press(key)
      press(KEYS.interrupt)
      line.close()
      assert.deepEqual(events, [`(${how})`])
      assert.equal(screen.text, 'above')
      assert.deepEqual(screen.cursor, { row: 1, column: 0 })
      assert.deepEqual(raw, [true, false])
    }
  })

  test('InputLine leaves what was typed on the screen when it closes', () => {
    const { screen, press, line, events, raw } = terminal()
    press('not sent yet, and longer than a row')
    press(KEYS.home)
    line.close()
    assert.equal(screen.text, '> not sent yet, and\nlonger than a row')
    assert.deepEqual(screen.cursor, { row: 2, column: 0 })
    assert.deepEqual(raw, [true, false])
    assert.deepEqual(events, [])
    line.print('the end')
    assert.equal(screen.text, '> not sent yet, and\nlonger than a row\nthe end')
  })

  test('InputLine gives the terminal back while it is stopped by Ctrl-Z', () => {
    const { screen, press, events, raw, resume } = terminal()
    press('half')
    press(KEYS.stop)
    assert.deepEqual(events, ['(suspended)'])
    assert.deepEqual(raw, [true, false])
    resume()
    assert.deepEqual(raw, [true, false, true])
    assert.equal(screen.text, '> half')
  })

  test('InputLine keeps everything in place when the window becomes wider or narrower', () => {
    for (const columns of [10, 13, 19, 21, 30, 60]) {
      for (const length of [3, 17, 18, 19, 30, 38, 45]) {
        for (const keys of ['', KEYS.left.repeat(2), KEYS.home]) {
          const { screen, press, line } = terminal(20)
          const typed = 'abcdefghijklmnopqrstuvwxyz0123456789abcdefghi'.slice(0, length)
          line.print('above')
          press(typed + keys)
          screen.resize(columns)
          line.print('between')
          press('\r')
          line.print('below')
          const message = `${length} characters, ${columns} columns`
          // Where the cursor stands at the end of a full row is up to the terminal: a typed row may stay behind.
          const mayLeaveRow = (2 + typed.length - (keys === '' ? 0 : 2)) % columns === 0
          const rows = screen.text
            .split('\n')
            .filter((row) => !mayLeaveRow || !typed.includes(row.replace('> ', '')))
          assert.deepEqual(rows, ['above', 'between', 'below', '>'], message)
        }
      }
    }
  })

  test('InputLine stops listening to the window when it closes', () => {
    const { screen, line } = terminal()
    line.close()
    assert.equal(screen.listenerCount('resize'), 0)
  })
})
