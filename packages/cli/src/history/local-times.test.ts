import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatSecond, localZone, parseMoment, type Zone } from './local-times.ts'

/** Two hours ahead in summer, one in winter, as in Berlin. */
const berlin: Zone = (time) => (time < Date.parse('2026-10-25T01:00:00Z') ? 120 : 60)
const NOW = Date.parse('2026-11-20T16:04:32Z')

test('parseMoment understands how long ago something was', () => {
  for (const [typed, ms] of [
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2H', 7_200_000],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
  ] as const) {
    assert.equal(parseMoment(typed, NOW, berlin), NOW - ms, typed)
  }
})

test('parseMoment takes days and minutes in the zone of that day, not of this one', () => {
  for (const [typed, iso] of [
    ['2026-11-20', '2026-11-19T23:00:00Z'],
    ['2026-07-01', '2026-06-30T22:00:00Z'],
    ['2026-07-01 12:30', '2026-07-01T10:30:00Z'],
    ['2026-07-01T12:30:15', '2026-07-01T10:30:15Z'],
    ['2026-07-01T12:30Z', '2026-07-01T12:30:00Z'],
    ['yesterday', '2026-11-18T23:00:00Z'],
    ['today', '2026-11-19T23:00:00Z'],
  ] as const) {
    assert.equal(parseMoment(typed, NOW, berlin), Date.parse(iso), typed)
  }
})

test('parseMoment is undefined for what is no time', () => {
  for (const typed of ['', 'soon', '5', 'd', '1y', '-1d', '2026-02-30', '1234567d', '2026-11-20 ago']) {
    assert.equal(parseMoment(typed, NOW, berlin), undefined, typed)
  }
})

test('formatSecond is the clock on the wall, which parseMoment reads back', () => {
  assert.equal(formatSecond(NOW, berlin), '2026-11-20 17:04:32')
  assert.equal(formatSecond(Date.parse('2026-07-01T22:30:00Z'), berlin), '2026-07-02 00:30:00')
  const winter = { min: Date.parse('2026-10-26T00:00:00Z'), max: Date.parse('2027-03-01T00:00:00Z') }
  fc.assert(
    fc.property(fc.integer(winter), (time) => {
      const second = Math.floor(time / 1000) * 1000
      assert.equal(parseMoment(formatSecond(time, berlin), NOW, berlin), second)
    }),
  )
})

test('localZone is that of this process', () => {
  const hours = new Date(NOW).getHours()
  assert.equal(formatSecond(NOW, localZone).slice(11, 13), String(hours).padStart(2, '0'))
})
