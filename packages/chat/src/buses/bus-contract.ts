/** What a chat relies on in a bus, as tests: not much. Every implementation calls `busContract` in its own test file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bus, Hint } from '../core/bus.ts'

export interface OpenBus {
  readonly bus: Bus
  /** Resolves when what was published has come, if it comes at all. */
  readonly settle: () => Promise<void>
}

export function busContract(name: string, open: () => Promise<OpenBus>): void {
  test(`${name}: publish tells everybody who listens, whole, and not inside the call`, async () => {
    const { bus, settle } = await open()
    const [one, other]: [Hint[], Hint[]] = [[], []]
    bus.subscribe((hint) => one.push(hint))
    bus.subscribe((hint) => other.push(hint))
    const ann = { id: 'a', name: 'ann', since: 1, activeAt: 2, rooms: ['#lobby'], away: 'lunch' }
    const heads = [['#lobby', 7]] as const
    const reasons = [{ id: 'a', room: '#den', text: 'why' }]
    const hint: Hint = { about: 'presence', chat: 'a', version: 1, people: [ann], heads, reasons }
    for (let times = 0; times < 100; times += 1) bus.publish(hint)
    assert.deepEqual([one.length, other.length], [0, 0])
    await settle()
    assert.ok(one.length > 0 && other.length > 0, 'some may be lost, not all')
    for (const heard of [...one, ...other]) assert.deepEqual(heard, hint)
  })

  test(`${name}: who has stopped listening hears nothing more`, async () => {
    const { bus, settle } = await open()
    const heard: Hint[] = []
    const stop = bus.subscribe((hint) => heard.push(hint))
    stop()
    bus.publish({ about: 'end', chat: 'a' })
    await settle()
    stop()
    assert.deepEqual(heard, [])
  })
}
