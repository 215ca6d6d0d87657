import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { Transcript } from '../testing/fake-io.ts'
import { openPeerView, type PeerViewOptions } from './peer-view.ts'

const OPTIONS: PeerViewOptions = { raw: false, silent: false, signal: new AbortController().signal }
const EVIL = Buffer.from('\u001b[2Jone\r\ntw')

test('openPeerView leaves bytes alone in a pipe and with raw, and ends nothing there', async () => {
  for (const [isTerminal, raw] of [
    [false, false],
    [true, true],
  ] as const) {
    const output = new Transcript(isTerminal)
    const view = openPeerView(output, { ...OPTIONS, raw })
    await view.show(EVIL)
    view.end()
    assert.equal(output.text, EVIL.toString())
  }
})

test('openPeerView shows harmless text on a terminal, and ends its last line', async () => {
  const output = new Transcript(true)
  const view = openPeerView(output, OPTIONS)
  await view.show(EVIL)
  assert.equal(output.text, '␛[2Jone\ntw')
  await view.show(Buffer.from('o'))
  view.end()
  assert.equal(output.text, '␛[2Jone\ntwo\n')
})

test('openPeerView with silent shows nothing', async () => {
  const output = new Transcript(true)
  const view = openPeerView(output, { ...OPTIONS, silent: true })
  await view.show(EVIL)
  view.end()
  assert.equal(output.text, '')
})

test('openPeerView waits for room on the output, until its signal says that nobody waits', async () => {
  const stop = new AbortController()
  const output = new Writable({ highWaterMark: 1, write: () => {} })
  let isShown = false
  const shown = openPeerView(output, { ...OPTIONS, signal: stop.signal })
    .show(EVIL)
    .then(() => {
      isShown = true
    })
  await Promise.resolve()
  assert.equal(isShown, false)
  stop.abort()
  await shown
})
