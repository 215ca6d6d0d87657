import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import { Screen } from '../testing/screen.ts'
import { onXterm } from '../testing/xterm.ts'
import { InputLine, type InputLineOptions } from './input-line.ts'
import { writeLines } from './open-lines.ts'

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

function terminal(columns = 20, more: Partial<InputLineOptions> = {}): Terminal {
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
    ...more,
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

  test('InputLine leaves a typed line on the screen where no echo will show it, an empty one too', () => {
    const { screen, press, line, events } = terminal(20, { typed: 'stays' })
    press('hello\r\r')
    line.print('above')
    assert.equal(screen.text, '> hello\n>\nabove\n>')
    assert.deepEqual(events, ['hello', ''])
  })

  test('InputLine finds the lines of earlier runs with Up', () => {
    const { press, events } = terminal(20, { history: ['newest', 'oldest'] })
    press(`${KEYS.up}\r`)
    press(`${KEYS.up + KEYS.up}\r`)
    assert.deepEqual(events, ['newest', 'oldest'])
  })

  test('InputLine.show puts whole lines above the typed one, and the beginning of a line before it', () => {
    const { screen, press, line } = terminal(20, { typed: 'stays' })
    press('ann')
    line.show('welcome\nyour ')
    assert.equal(screen.text, 'welcome\nyour ann')
    line.show('name: ')
    assert.equal(screen.text, 'welcome\nyour name: ann')
    assert.deepEqual(screen.cursor, { row: 1, column: 14 })
    press('a\r')
    assert.equal(screen.text, 'welcome\nyour name: anna\n>')
    line.show('Hi anna\n')
    assert.equal(screen.text, 'welcome\nyour name: anna\nHi anna\n>')
  })

  test('InputLine.show makes one line of its parts, whatever is typed and wherever the cursor is', () => {
    const typed = 'abcdefghijklmnopqrstuvwxyz'
    for (const keys of ['', KEYS.left.repeat(3), KEYS.left.repeat(20), KEYS.home]) {
      const { screen, press, line, events } = terminal(20, { typed: 'stays' })
      press(typed + keys)
      for (const part of ['one ', 'and this is more than a row', ' and', ' more', '\ntwo\nthr', 'ee', '\n']) {
        line.show(part)
      }
      assert.equal(
        screen.text,
        'one and this is more\n than a row and more\ntwo\nthree\n> abcdefghijklmnopqr\nstuvwxyz',
      )
      press('\r')
      assert.deepEqual(events, [typed])
    }
  })

  test('InputLine.show breaks a line that never ends, and shows only the end of a long one', () => {
    const { screen, line } = terminal(300)
    line.show(`${'x'.repeat(1000)}end`)
    assert.equal(screen.text, `…${'x'.repeat(197)}end`)
    line.show('y'.repeat(16_384))
    assert.equal(line.isInsideLine, false)
    assert.match(screen.text.replaceAll('\n', ''), /^x{1000}endy{16384}>$/)
  })

  test('InputLine.show goes on in its place after the line is closed', () => {
    const { screen, press, line } = terminal(20)
    line.show('user: ')
    press(KEYS.end)
    assert.equal(screen.text, 'user:')
    line.show('timed out\nbye')
    assert.equal(screen.text, 'user: timed out\nbye')
    line.print('* closed')
    assert.equal(screen.text, 'user: timed out\nbye\n* closed')
  })

  test('InputLine asks the terminal to bracket pastes, but not while it is stopped and not after it', () => {
    const { screen, press, line, resume } = terminal()
    assert.equal(screen.brackets, true)
    press(KEYS.stop)
    assert.equal(screen.brackets, false)
    resume()
    assert.equal(screen.brackets, true)
    line.close()
    assert.equal(screen.brackets, false)
  })

  test('InputLine puts a pasted line into the typed one, and sends nothing', () => {
    const { screen, press, events } = terminal()
    press(`ad${KEYS.left}${paste('bc\n')}`)
    assert.equal(screen.text, '> abcd')
    assert.deepEqual(screen.cursor, { row: 0, column: 5 })
    assert.deepEqual(events, [])
  })

  test('InputLine asks before it sends several pasted lines, and takes no other key for a yes', () => {
    const { screen, press, line, events } = terminal(40, { typed: 'stays' })
    press(`ad${KEYS.left}${paste('b\r\rc')}`)
    assert.equal(screen.text, 'Send 3 lines? y / n')
    press('x \r')
    line.print('above')
    assert.equal(screen.text, 'above\nSend 3 lines? y / n')
    assert.deepEqual(events, [])
    press('y')
    assert.equal(screen.text, 'above\n> ab\n>\n> cd\n>')
    assert.deepEqual(events, ['ab', '', 'cd'])
    press(`${KEYS.up}\r`)
    assert.equal(events.at(-1), 'cd')
  })

  test('InputLine sends nothing of a paste after a no, and the typed line is there again', () => {
    for (const key of ['n', KEYS.interrupt, KEYS.end]) {
      const { screen, press, line, events } = terminal()
      press('typed and longer than a row')
      press(paste('one\rtwo'))
      press(key)
      line.print('above')
      assert.equal(screen.text, 'above\n> typed and longer t\nhan a row')
      assert.deepEqual(events, [])
    }
  })

  test('InputLine puts what had been typed back when it closes at the question', () => {
    const { screen, press, line } = terminal()
    press(`typed${paste('one\rtwo')}`)
    line.close()
    assert.equal(screen.text, '> typed')
  })

  test('InputLine never sends a paste that is too long without a question', () => {
    const { screen, press, events } = terminal(120)
    press(paste('x'.repeat(262_145)))
    assert.equal(screen.text, 'Send 1 line (the end of the paste is missing: too long)? y / n')
    press('n')
    assert.deepEqual(events, [])
  })

  test('InputLine is where writeLines to its screen goes, until it closes', () => {
    const { screen, press, line } = terminal()
    press('typed')
    writeLines(screen, '* one\n')
    assert.equal(screen.text, '* one\n> typed')
    line.close()
    writeLines(screen, '* two\n')
    assert.equal(screen.text, '* one\n> typed\n* two')
  })
})

function paste(text: string): string {
  return `\u001b[200~${text}\u001b[201~`
}
