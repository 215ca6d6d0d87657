/** A chat with guests who remember what they hear, for tests of the core. */
import { Chat } from '../core/chat.ts'
import type { Batch, ChatEvent } from '../core/events.ts'
import type { Session } from '../core/session.ts'
import type { Store } from '../core/store.ts'
import { MemoryStore } from '../stores/memory.ts'
import { FakeClock } from './fake-clock.ts'

export interface Guest {
  readonly session: Session
  /** What this one heard, as short words. */
  readonly heard: string[]
  readonly batches: Batch[]
  readonly news: string[]
  readonly faults: unknown[]
}

export interface OpenChat {
  readonly chat: Chat
  readonly clock: FakeClock
  readonly store: Store
  /** Lets somebody in who keeps what they hear; `deliver` does something besides. */
  readonly enter: (name: string, deliver?: (batch: Batch) => void) => Promise<Guest>
}

/** An event as short words. */
export function words(event: ChatEvent): string {
  if (event.kind === 'notice') return `notice ${event.text}`
  const what = 'text' in event ? `${event.kind} ${event.text}` : event.kind
  return `${event.from.name} ${what}`
}

/** A chat with a memory store and a clock that stands still; a commit window of 0 unless told otherwise. */
export function openChat({ store, window = 0 }: { store?: Store; window?: number } = {}): OpenChat {
  const clock = new FakeClock()
  let ids = 0
  const newId = (): string => {
    ids += 1
    return `id${ids}`
  }
  const kept = store ?? new MemoryStore({ now: () => clock.now() })
  const chat = new Chat({ store: kept, clock, newId, commitWindow: window })
  const enter = async (name: string, deliver: (batch: Batch) => void = () => {}): Promise<Guest> => {
    const [heard, batches, news, faults]: [string[], Batch[], string[], unknown[]] = [[], [], [], []]
    const session = chat.enter(await chat.claimName(name), {
      deliver: (batch) => {
        batches.push(batch)
        heard.push(...batch.events.map(words))
        deliver(batch)
      },
      news: (room, count) => news.push(`${room.name} ${count}`),
      fail: (error) => faults.push(error),
    })
    return { session, heard, batches, news, faults }
  }
  return { chat, clock, enter, store: kept }
}
