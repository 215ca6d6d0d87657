import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Evidence, groups, packet, Track } from './evidence.ts'

test('Track shows each packet between bars and the end as a word', () => {
  const track = new Track()
  assert.equal(track.text, 'nothing')
  track.add(Buffer.from('he'))
  track.add(Buffer.from('llo\r\n'))
  track.mark('FIN')
  track.mark('FIN')
  assert.equal(track.text, '|he|llo␍␊| FIN')
})

test('Track shows halves of a character as the bytes they are, and an empty datagram in words', () => {
  const track = new Track()
  for (const bytes of [[0xc3], [0xa9], []]) track.add(Uint8Array.from(bytes))
  assert.equal(track.text, '|\\xc3|\\xa9| an empty datagram')
})

test('Track shows the beginning and the end of what is long, and how long it was', () => {
  const track = new Track()
  track.add(Buffer.from(`${'a'.repeat(70)}`))
  for (let nth = 0; nth < 500; nth += 1) track.add(Buffer.from('b'.repeat(20)))
  track.add(Buffer.from('the end'))
  track.mark('RST')
  const b20 = 'b'.repeat(20)
  assert.equal(
    track.text,
    `|${'a'.repeat(70)}|${b20}|${'b'.repeat(10)}| … (10,077 bytes in all) |${b20}|${b20}|${b20}|${b20}|the end| RST`,
  )
})

test('Track keeps little of whatever comes, and shows nothing that a terminal would carry out', () => {
  const packets = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 30 })
  fc.assert(
    fc.property(packets, (all) => {
      const track = new Track()
      for (const bytes of all) track.add(bytes)
      assert.doesNotMatch(track.text, /[\p{Cc}\p{Bidi_Control}]/u)
      // Four characters for a byte at the most, and bars.
      assert.ok(track.text.length < 2 * 100 * 5 + 30 * 20)
    }),
  )
})

test('Evidence numbers connections when there are several', () => {
  const evidence = new Evidence()
  assert.deepEqual(evidence.facts(), { sent: [], expected: [], came: [] })
  const first = evidence.open()
  first.expect('|a|')
  first.expect('FIN')
  assert.deepEqual(evidence.facts(), { sent: ['nothing'], expected: ['|a|, then FIN'], came: ['nothing'] })
  evidence.open().came.mark('RST')
  assert.deepEqual(evidence.facts(), {
    sent: ['#1 nothing', '#2 nothing'],
    expected: ['#1 |a|, then FIN'],
    came: ['#1 nothing', '#2 RST'],
  })
})

test('packet and groups write bytes and numbers for people', () => {
  assert.equal(packet('hi\n'), '|hi␊|')
  assert.deepEqual([0, 999, 1000, 65_507, 1_000_000].map(groups), [
    '0',
    '999',
    '1,000',
    '65,507',
    '1,000,000',
  ])
})
