/** Commands about people and rooms: what the transcripts do not show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
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

test('showPeople names at most a hundred, and says how many there are', async () => {
  const stage = new MemoryStage()
  const ann = await enter(stage, 'ann')
  for (let count = 1; count <= 120; count += 1) await enter(stage, `u${count}x`)
  ann.outlet.lines()
  const [here = ''] = await say(ann, '/who')
  assert.match(here, /^-- 121 in #lobby: ann, u1x, .*, u99x and 21 more$/)
  const [place, elsewhere = ''] = (await say(ann, '/join den', '/who')).slice(-2)
  assert.equal(place, '-- 1 in #den: ann')
  assert.match(elsewhere, /^-- 120 elsewhere: u1x, .*, u100x and 20 more$/)
})

test('showPeople cuts what somebody said about being away, and tell has all of it', async () => {
  const stage = new MemoryStage()
  const [ann, bob] = [await enter(stage, 'ann'), await enter(stage, 'bob')]
  await say(bob, `/away ${'x'.repeat(200)}`)
  ann.outlet.lines()
  assert.deepEqual(await say(ann, '/who'), [`-- 2 in #lobby: ann, bob (away: ${'x'.repeat(30)}…)`])
  assert.equal((await say(ann, '/msg bob hi')).at(-1), `-- bob is away: ${'x'.repeat(200)}`)
})

test('joinRoom and leaveRoom go on when the topic cannot be read', async () => {
  const stage = new MemoryStage()
  const ann = await enter(stage, 'ann')
  stage.chat.topic = () => Promise.reject(new Error('disk'))
  assert.deepEqual(await say(ann, '/join den'), ['-- you are in #den, nobody else is here'])
  assert.deepEqual(await say(ann, '/leave'), ['-- you are now in #lobby, nobody else is here'])
  assert.deepEqual(stage.faults, [])
})

test('leaveRoom: the conversation that is looked at, by its name; another one stays as it is', async () => {
  const stage = new MemoryStage()
  const ann = await enter(stage, 'ann')
  for (const name of ['bob', 'cec']) await enter(stage, name)
  await say(ann, '/join @bob')
  assert.deepEqual(await say(ann, '/leave @cec'), [
    '-- you are now alone with bob; /leave goes back to #lobby',
  ])
  assert.deepEqual(await say(ann, '/leave @BOB'), ['-- you are now in #lobby, with bob, cec'])
})
