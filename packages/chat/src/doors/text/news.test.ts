/** News from other rooms: counted, and told now and then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../testing/fake-clock.ts'
import { News } from './news.ts'

function open() {
  const clock = new FakeClock()
  const told: string[] = []
  const news = new News(clock, (lines) => told.push(lines.join('; ')))
  return { clock, told, news }
}

test('News tells the first at once, and all rooms together at most every 30 seconds', async () => {
  const { clock, told, news } = open()
  news.add('#den', 2)
  news.add('#den', 1)
  news.add('#lab', 4)
  await clock.advance(29_999)
  news.add('#den', 1)
  assert.deepEqual(told, ['#den: 2 new'])
  await clock.advance(1)
  assert.deepEqual(told, ['#den: 2 new', '#den: 2 new; #lab: 4 new'])
  assert.equal(clock.pending, 0)
})

test('News.seen: what the person looks at is not told, and nothing is told of nothing', async () => {
  const { clock, told, news } = open()
  news.add('#den', 1)
  news.add('#den', 1)
  news.seen('#den')
  await clock.advance(60_000)
  assert.deepEqual(told, ['#den: 1 new'])
  news.add('#den', 1)
  assert.equal(told.length, 2)
})

test('News.stop leaves no timer behind', () => {
  const { clock, news } = open()
  news.add('#den', 1)
  news.add('#den', 1)
  news.stop()
  assert.equal(clock.pending, 0)
})
