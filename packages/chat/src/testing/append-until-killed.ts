/**
 * A program that keeps messages in a history file until it is killed. Each line that it prints is the ids of a batch
 * that was acknowledged. Arguments: the file, and the number of the first message.
 */
import type { Message } from '../core/events.ts'
import { openSqliteStore } from '../stores/sqlite/sqlite-store.ts'

const [file = '', first = '0'] = process.argv.slice(2)
const store = await openSqliteStore({ file, now: () => Date.now() })
let next = Number(first)

function batch(): readonly Message[] {
  return Array.from({ length: 1 + (next % 7) }, () => {
    const id = String(next)
    next += 1
    const person = `p${next % 3}`
    const from = { id: person, name: person }
    return { kind: 'said', id, room: `#r${next % 2}`, from, text: `message ${id}`, clientId: id }
  })
}

for (;;) {
  const kept = await store.append(batch())
  process.stdout.write(`${kept.map(({ id }) => id).join(' ')}\n`)
}
