import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, sized } from './words.ts'

test('counted has the singular for one only', () => {
  assert.deepEqual(
    [0, 1, 2, 1_234_567].map((count) => counted(count, 'room')),
    ['0 rooms', '1 room', '2 rooms', '1,234,567 rooms'],
  )
})

test('sized takes the largest unit that fits', () => {
  assert.deepEqual(
    [0, 1, 1023, 1024, 1536, 1024 ** 2, 1.5 * 1024 ** 3, 1024 ** 4, 5000 * 1024 ** 4].map(sized),
    ['0 bytes', '1 byte', '1,023 bytes', '1.0 KiB', '1.5 KiB', '1.0 MiB', '1.5 GiB', '1.0 TiB', '5000.0 TiB'],
  )
})
