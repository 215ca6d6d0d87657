import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { literal } from '@partyline/protocols'
import { isAtTerminal, PlainPerson, TerminalPerson } from './people.ts'
import { fakeIo, Transcript } from './testing/fake-io.ts'

/** An output that has no room until it is told to. */
class Narrow extends Writable {
  readonly taken: string[] = []
  #proceed: (() => void) | undefined

  constructor() {
    super({ decodeStrings: false, highWaterMark: 1 })
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.taken.push(String(chunk))
    this.#proceed = done
  }

  makeRoom(): void {
    this.#proceed?.()
  }
}

test('isAtTerminal wants a terminal at both ends that can move its cursor', () => {
  const tty = Object.assign(fakeIo().stdin, { isTTY: true })
  const [screen, pipe] = [new Transcript(true), new Transcript(false)]
  assert.equal(isAtTerminal({ stdin: tty, stdout: screen, env: { TERM: 'xterm' } }), true)
  assert.equal(isAtTerminal({ stdin: tty, stdout: screen, env: {} }), true)
  assert.equal(isAtTerminal({ stdin: tty, stdout: screen, env: { TERM: 'dumb' } }), false)
  assert.equal(isAtTerminal({ stdin: tty, stdout: pipe, env: {} }), false)
  assert.equal(isAtTerminal({ stdin: fakeIo().stdin, stdout: screen, env: {} }), false)
})

test('PlainPerson.show and TerminalPerson.show wait for room on the output', async () => {
  for (const Kind of [PlainPerson, TerminalPerson]) {
    const stdout = new Narrow()
    const person = new Kind({ ...fakeIo(), stdout }, false)
    let isShown = false
    const shown = person.show(literal`one`, 'normal').then(() => {
      isShown = true
    })
    await Promise.resolve()
    assert.deepEqual([stdout.taken, isShown], [['one\n'], false])
    stdout.makeRoom()
    await shown
    assert.equal(isShown, true)
  }
})

test('PlainPerson.show and TerminalPerson.show wait no longer once the person stops', async () => {
  for (const Kind of [PlainPerson, TerminalPerson]) {
    const stdout = new Narrow()
    const person = new Kind({ ...fakeIo(), stdout }, false)
    const shown = person.show(literal`one`, 'normal')
    person.stop()
    await shown
    await person.show(literal`two`, 'normal')
    assert.equal(stdout.writableLength, 'one\ntwo\n'.length)
  }
})
