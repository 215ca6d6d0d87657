import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PasswordSource, readPassword } from './password-input.ts'
import { type FakeIo, fakeIo } from './testing/fake-io.ts'

/** Somebody at a terminal; `raw` is how it was switched. */
function atTerminal(): { io: FakeIo; raw: boolean[] } {
  const io = fakeIo()
  const raw: boolean[] = []
  Object.assign(io.stdin, { isTTY: true, setRawMode: (on: boolean) => raw.push(on) })
  return { io, raw }
}

test('readPassword takes it out of the environment, and asks nobody', async () => {
  const io = fakeIo({ PARTYLINE_PASSWORD: 'open sesame' })
  assert.equal(await readPassword(io, { question: 'Password' }), 'open sesame')
  assert.equal(io.stderr.text, '')
})

test('readPassword asks at a terminal, shows nothing of it, and gives the terminal back', async () => {
  const { io, raw } = atTerminal()
  const password = readPassword(io, { question: 'Password for ann' })
  await io.stderr.until('Password for ann: ')
  io.stdin.write('opn')
  io.stdin.write('\u007fen')
  io.stdin.write(' sesame\r')
  assert.equal(await password, 'open sesame')
  assert.equal(io.stderr.text, 'Password for ann: \n')
  assert.equal(io.stdout.text, '')
  assert.deepEqual(raw, [true, false])
})

test('readPassword asks twice for a new one, and both must be the same', async () => {
  const twice: PasswordSource = { question: 'Password', twice: true }
  for (const again of ['secret', 'sceret']) {
    const { io } = atTerminal()
    const password = readPassword(io, twice)
    password.catch(() => {})
    await io.stderr.until('Password: ')
    io.stdin.write('secret\r')
    await io.stderr.until('The same again: ')
    io.stdin.write(`${again}\r`)
    if (again === 'secret') assert.equal(await password, 'secret')
    else await assert.rejects(password, { exitCode: 2, message: 'these are two different passwords.' })
  }
})

test('readPassword is undefined when the person leaves, or the program is asked to stop', async () => {
  for (const leave of ['\u0003', '\u0004', 'sec\u0003', 'end', 'stop']) {
    const { io, raw } = atTerminal()
    const password = readPassword(io, { question: 'Password', twice: true })
    await io.stderr.until('Password: ')
    if (leave === 'stop') io.stop('SIGTERM')
    else if (leave === 'end') io.stdin.end()
    else io.stdin.write(leave)
    assert.equal(await password, undefined)
    assert.deepEqual(raw, [true, false])
  }
})

test('readPassword takes the first line of a pipe where that is meant, and else names the variable', async () => {
  const io = fakeIo()
  io.stdin.end('open sesame\nanother line\n')
  assert.equal(await readPassword(io, { question: 'Password', pipe: true }), 'open sesame')
  await assert.rejects(readPassword(fakeIo(), { question: 'Password' }), {
    exitCode: 2,
    message: 'there is no password, and no terminal to ask for one at: set PARTYLINE_PASSWORD.',
  })
})

test('readPassword refuses what nobody could send as one line', async () => {
  for (const [password, message] of [
    ['a\nb', /line break/],
    ['x'.repeat(1025), /too long: at most 1024 bytes/],
  ] as const) {
    await assert.rejects(readPassword(fakeIo({ PARTYLINE_PASSWORD: password }), { question: 'Password' }), {
      exitCode: 2,
      message,
    })
  }
  const io = fakeIo()
  io.stdin.end(`${'x'.repeat(5000)}\n`)
  await assert.rejects(readPassword(io, { question: 'Password', pipe: true }), { message: /too long/ })
  const empty = fakeIo()
  empty.stdin.end()
  await assert.rejects(readPassword(empty, { question: 'Password', pipe: true }), { message: /is empty/ })
})
