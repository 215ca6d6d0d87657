import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { printable } from '@partyline/protocols'
import { fakeIo } from '../testing/fake-io.ts'
import { onXterm } from '../testing/xterm.ts'
import { type Hears, openFront } from './front.ts'
import { terminalIo } from './testing/listening.ts'

const PLAIN = { atTerminal: false, json: false, raw: false, colour: false }

/** Keeps what it hears, as words. */
function ears(): Hears & { readonly heard: string[]; readonly done: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const heard: string[] = []
  const last = (words: string): void => {
    heard.push(words)
    resolve()
  }
  return {
    heard,
    done: promise,
    data: async (bytes) => void heard.push(Buffer.from(bytes).toString()),
    end: () => last('end'),
    leave: (code) => last(`leave ${code}`),
    fail: (error) => last(String(error)),
  }
}

test('openFront reads a pipe from when somebody is there, and no further once it is stopped', async () => {
  const io = fakeIo()
  const front = openFront(io, PLAIN)
  const hears = ears()
  front.start(hears)
  io.stdin.write('early')
  await new Promise(setImmediate)
  assert.equal(io.stdin.readableLength, 5)
  front.somebodyIsHere()
  front.somebodyIsHere()
  io.stdin.end('late')
  await hears.done
  assert.equal(hears.heard.join(' '), 'early late end')
  const stopped = openFront(fakeIo(), PLAIN)
  stopped.start({ ...hears, end: () => assert.fail('it was stopped') })
  stopped.somebodyIsHere()
  stopped.stop()
  stopped.stop()
  await new Promise(setImmediate)
})

test('openFront fails with what its hearer throws', async () => {
  const io = fakeIo()
  const front = openFront(io, PLAIN)
  const hears = ears()
  front.start({ ...hears, data: () => Promise.reject(new TypeError('our bug')) })
  front.somebodyIsHere()
  io.stdin.write('x')
  await hears.done
  assert.deepEqual(hears.heard, ['TypeError: our bug'])
})

test('openFront prints lines of our own, but not with --json', async () => {
  const [shown, events] = [fakeIo(), fakeIo()]
  await openFront(shown, PLAIN).print(printable('* news'))
  await openFront(events, { ...PLAIN, json: true }).print(printable('* news'))
  assert.deepEqual([shown.stdout.text, events.stdout.text], ['* news\n', ''])
})

describe('openFront at a terminal', () => {
  onXterm()

  test('openFront at a terminal hands over typed lines, and tells Ctrl-C from Ctrl-D', async () => {
    for (const [key, last] of [
      ['\u0003', 'leave 130'],
      ['\u0004', 'end'],
    ] as const) {
      const io = terminalIo()
      const front = openFront(io, { ...PLAIN, atTerminal: true })
      const hears = ears()
      front.start(hears)
      io.stdin.write(`hello\r\r${key}`)
      await hears.done
      assert.deepEqual(hears.heard, ['hello\n', '\n', last])
      await front.print(printable('after the end'))
      assert.match(io.stdout.text, /after the end\n$/)
      front.stop()
    }
  })
})
