import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Transcript } from '../testing/fake-io.ts'
import { displayFor, linesDisplay, rawDisplay, writeAll } from './display.ts'

const NEVER = new AbortController().signal

test('linesDisplay shows the part of a line after a pause, and the rest when it comes', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lines: string[] = []
  const print = async (line: string): Promise<void> => void lines.push(line)
  const view = linesDisplay({ print, colour: false, pauseMs: 150 }).view('ann')
  await view.data(Buffer.from('login: '))
  t.mock.timers.tick(149)
  assert.deepEqual(lines, [])
  await view.data(Buffer.from('an'))
  t.mock.timers.tick(149)
  assert.deepEqual(lines, [])
  t.mock.timers.tick(1)
  assert.deepEqual(lines, ['login: an'])
  await view.data(Buffer.from('n\nok'))
  await view.end()
  t.mock.timers.tick(1000)
  assert.deepEqual(lines, ['login: an', 'n', 'ok'])
})

test('linesDisplay puts a name before lines only while there are two clients, dimmed where there are colours', async () => {
  const lines: string[] = []
  const display = linesDisplay({ print: async (line) => void lines.push(line), colour: true })
  const ann = display.view('ann')
  await ann.data(Buffer.from('alone\n'))
  const bob = display.view('bob')
  await ann.data(Buffer.from('one\n'))
  await bob.data(Buffer.from('two\n'))
  await bob.end()
  await ann.data(Buffer.from('alone\n'))
  assert.deepEqual(lines, ['alone', '\u001b[2mann\u001b[22m one', '\u001b[2mbob\u001b[22m two', 'alone'])
})

test('rawDisplay waits for a slow output, but not once it was stopped', async () => {
  const output = new PassThrough({ highWaterMark: 1 })
  const controller = new AbortController()
  const view = rawDisplay(output, controller.signal).view('ann')
  const waiting = view.data(Buffer.from('hello'))
  assert.equal(output.read().toString(), 'hello')
  await waiting
  const stuck = view.data(Buffer.from('more'))
  controller.abort()
  await stuck
  await view.end()
  output.destroy()
  await writeAll(output, 'nobody gets this', NEVER)
})

test('displayFor makes lines for a terminal only, and shows nothing with --json', async () => {
  const [pipe, terminal] = [new Transcript(), new Transcript(true)]
  const print = async (line: string): Promise<void> => void terminal.write(`${line}\n`)
  const options = { json: false, raw: false, colour: false }
  assert.equal(displayFor(pipe, NEVER, options, print).inLines, false)
  assert.equal(displayFor(terminal, NEVER, options, print).inLines, true)
  assert.equal(displayFor(terminal, NEVER, { ...options, raw: true }, print).inLines, false)
  const nothing = displayFor(pipe, NEVER, { ...options, json: true }, print).view('ann')
  await nothing.data(Buffer.from('x'))
  await nothing.end()
  assert.equal(pipe.text, '')
})
