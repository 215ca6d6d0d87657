import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MemoryClient, MemoryStage } from '../../testing/memory-stage.ts'

const DAY = 86_400_000

async function hear(client: MemoryClient, wanted: string): Promise<void> {
  let line = await client.readLine()
  while (line !== wanted) {
    assert.notEqual(line, null, `the connection ended before ${wanted}`)
    line = await client.readLine()
  }
}

test('TextSession: who says nothing for a month is still in, hears what is said, and still has the name', async () => {
  const stage = new MemoryStage()
  const ann = await stage.connect()
  await ann.send(Buffer.from('ann\n'))
  const bob = await stage.connect()
  await bob.send(Buffer.from('bob\n'))
  for (let day = 1; day <= 30; day += 1) await stage.clock.advance(DAY)
  await bob.send(Buffer.from('good morning\n'))
  await hear(ann, 'bob::good morning')
  await ann.send(Buffer.from('still here\n'))
  await hear(bob, 'ann::still here')
  const other = await stage.connect()
  await other.send(Buffer.from('ann\n'))
  await hear(other, '-- your name here is ann2: ann is taken')
  assert.deepEqual(stage.faults, [])
})
