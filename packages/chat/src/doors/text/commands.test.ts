/** The table of commands: what all of its entries have in common. The transcripts have what each of them does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MemoryClient, MemoryStage } from '../../testing/memory-stage.ts'
import { COMMANDS } from './commands.ts'

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

test('COMMANDS: the help fits on a screen of 24 lines and 80 columns, and so does that of each command', async () => {
  const ann = await enter(new MemoryStage(), 'ann')
  for (const about of ['', ...Object.keys(COMMANDS)]) {
    const lines = await say(ann, `/help ${about}`)
    assert.ok(lines.length >= 2 && lines.length < 24, `/help ${about}: ${lines.length} lines`)
    for (const line of lines) assert.ok(line.length <= 80, line)
  }
})

test('runCommand answers a command that lacks its words with what it takes, and does nothing', async () => {
  const ann = await enter(new MemoryStage(), 'ann')
  for (const [name, { usage, help, needs }] of Object.entries(COMMANDS)) {
    if (needs === 0) continue
    assert.deepEqual(await say(ann, `/${name.toUpperCase()}`), [`-- /${name} ${usage}: ${help}`])
  }
})
