/** Times as people write them. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatMinute, formatOffset, parseOffset, parseTime } from './times.ts'

const now = Date.UTC(2026, 10, 20, 23, 30)
const utc = { now, offset: 0 }
const berlin = { now, offset: 60 }

const times: readonly (readonly [text: string, inUtc: string | undefined, inBerlin: string | undefined])[] = [
  ['2026-11-01', '2026-11-01T00:00:00.000Z', '2026-10-31T23:00:00.000Z'],
  ['2026-11-01T16:04', '2026-11-01T16:04:00.000Z', '2026-11-01T15:04:00.000Z'],
  ['2026-11-01 16:04', '2026-11-01T16:04:00.000Z', '2026-11-01T15:04:00.000Z'],
  ['2026-11-01t16:04:05.6', '2026-11-01T16:04:05.600Z', '2026-11-01T15:04:05.600Z'],
  ['2026-11-01T16:04Z', '2026-11-01T16:04:00.000Z', '2026-11-01T16:04:00.000Z'],
  ['2026-11-01T16:04-03:30', '2026-11-01T19:34:00.000Z', '2026-11-01T19:34:00.000Z'],
  ['today', '2026-11-20T00:00:00.000Z', '2026-11-20T23:00:00.000Z'],
  ['Yesterday', '2026-11-19T00:00:00.000Z', '2026-11-19T23:00:00.000Z'],
  ['2026-11-31', undefined, undefined],
  ['2026-13-01', undefined, undefined],
  ['2026-11-01T24:01', undefined, undefined],
  ['2026-11-01T16:04+99:00', undefined, undefined],
  ['20.11.2026', undefined, undefined],
  ['2026-11-01  16:04', undefined, undefined],
  ['', undefined, undefined],
]

for (const [text, inUtc, inBerlin] of times) {
  test(`parseTime reads ${JSON.stringify(text)}`, () => {
    const [one, other] = [parseTime(text, utc), parseTime(text, berlin)]
    assert.equal(one === undefined ? one : new Date(one).toISOString(), inUtc)
    assert.equal(other === undefined ? other : new Date(other).toISOString(), inBerlin)
  })
}

test('parseTime reads what formatMinute wrote, in every zone', () => {
  fc.assert(
    fc.property(fc.nat(60_000_000), fc.integer({ min: -56, max: 56 }), (minutes, quarters) => {
      const [time, offset] = [minutes * 60_000, quarters * 15]
      assert.equal(parseTime(formatMinute(time, offset), { now, offset }), time)
      assert.equal(parseOffset(formatOffset(offset)), offset)
    }),
  )
})

test('parseOffset takes hours, and hours and minutes, and nothing that is no zone', () => {
  assert.deepEqual(
    ['utc', '+2', '-3', 'UTC+0530', '-00:00', '+14:00'].map(parseOffset),
    [0, 120, -180, 330, 0, 840],
  )
  for (const wrong of ['', '2', '+', '+15', '+14:15', '+2:07', '+2:60', 'friendly', '+2:', '+123']) {
    assert.equal(parseOffset(wrong), undefined, wrong)
  }
})
