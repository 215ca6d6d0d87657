/** Commands about what was said earlier: what the transcripts do not show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStore } from '../../stores/memory.ts'
import { type MemoryClient, MemoryStage } from '../../testing/memory-stage.ts'

async function enter(stage: MemoryStage, name: string): Promise<MemoryClient> {
  const client = await stage.connect()
  await client.send(Buffer.from(`${name}\n`))
  client.outlet.lines()
  return client
}

async function say(client: MemoryClient, ...lines: string[]): Promise<string[]> {
  await client.send(Buffer.from(lines.map((line) => `${line}\n`).join('')))
  return client.outlet.lines()
}

test('showHistory: each page says how to get the next, until there is none', async () => {
  const stage = new MemoryStage()
  const ann = await enter(stage, 'ann')
  await say(ann, ...Array.from({ length: 25 }, (_, index) => `message ${index + 1}`))
  const seen: string[] = []
  let next: string | undefined = '/history 10'
  while (next !== undefined) {
    const lines = await say(ann, next)
    seen.unshift(...lines.slice(1, -1).map((line) => line.split(': ')[1] ?? ''))
    next = /earlier: (\/history.*)$/.exec(lines.at(-1) ?? '')?.[1]
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 25 }, (_, index) => `message ${index + 1}`),
  )
})

test('showHistory: pages that are short because messages are long lead on as well', async () => {
  const stage = new MemoryStage()
  const ann = await enter(stage, 'ann')
  await say(ann, ...Array.from({ length: 8 }, (_, index) => `${index}${'x'.repeat(4000)}`))
  const lines = await say(ann, '/history 8')
  assert.equal(lines.length, 6)
  assert.match(lines.at(-1) ?? '', /earlier: \/history 8 before 5$/)
})

test('searchHistory: /search alone goes on with what is older, to the end', async () => {
  const stage = new MemoryStage()
  const ann = await enter(stage, 'ann')
  await say(ann, ...Array.from({ length: 45 }, (_, index) => `tea ${index + 1}`))
  const pages = [await say(ann, '/search tea'), await say(ann, '/search'), await say(ann, '/search')]
  assert.deepEqual(
    pages.map((page) => [page[0], page.length, page.at(-1)]),
    [
      ['-- the newest 20 found, times in UTC:', 22, '-- older ones: /search'],
      ['-- the next 20 found, times in UTC:', 22, '-- older ones: /search'],
      ['-- 5 found, times in UTC:', 7, '-- that is all'],
    ],
  )
  assert.match(pages[1]?.[1] ?? '', /tea 6$/)
  assert.match(pages[2]?.[1] ?? '', /tea 1$/)
  assert.match((await say(ann, '/search'))[0] ?? '', /^-- search for what\?/)
})

test('showHistory finds a message by the id that other doors show', async () => {
  const store = new MemoryStore({ now: () => 0 })
  const stage = new MemoryStage({ store })
  let ids = 0
  stage.newId = () => {
    ids += 1
    return `0190abcd-0000-7000-8000-${String(ids).padStart(12, '0')}`
  }
  const ann = await enter(stage, 'ann')
  await say(ann, 'one', 'two', 'three')
  const [message] = await store.history({ room: '#lobby', count: 1 })
  const lines = await say(ann, `/history 1 before ${message?.id.toUpperCase()}`)
  assert.match(lines[1] ?? '', /two$/)
})
