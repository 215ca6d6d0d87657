/** Many people who all talk at once: every line must arrive whole, once, and in the same order for everybody. */
import assert from 'node:assert/strict'
import type { SocketClient, SocketStage } from './socket-stage.ts'

export async function everybodyTalks(stage: SocketStage, people: number, messages: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: people }, () => stage.connect()))
  await Promise.all(clients.map((client, index) => logIn(client, `u${index}x`)))
  await Promise.all(
    clients.map(async (client) => {
      for (let message = 0; message < messages; message += 1) await client.send(`message ${message}\n`)
    }),
  )
  const heard = await Promise.all(clients.map((client) => messagesOf(client, people * messages)))
  const [first = []] = heard
  const expected = clients.flatMap((_, index) =>
    Array.from({ length: messages }, (_, message) => `u${index}x::message ${message}`),
  )
  assert.deepEqual(new Set(first), new Set(expected))
  for (const lines of heard) assert.equal(lines.join('\n'), first.join('\n'))
}

async function logIn(client: SocketClient, name: string): Promise<void> {
  await client.send(`${name}\n`)
  for (let line = await client.readLine(); line !== `${name} logged in`; line = await client.readLine()) {
    assert.notEqual(line, null)
  }
}

// Read in chunks: a promise for each of millions of lines would take longer than everything else.
async function messagesOf({ socket }: SocketClient, count: number): Promise<string[]> {
  const lines: string[] = []
  let rest = ''
  for await (const chunk of socket) {
    const parts = (rest + chunk.toString('latin1')).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) if (line.includes('::')) lines.push(line)
    if (lines.length >= count) break
  }
  return lines
}
