/** A chat with guests who remember what they hear, for tests of the core. */
import assert from 'node:assert/strict'
import type { Bus } from '../core/bus.ts'
import { type AttachOptions, Chat } from '../core/chat.ts'
import { ChatError } from '../core/errors.ts'
import type { Batch, ChatEvent } from '../core/events.ts'
import type { Listener, Session } from '../core/session.ts'
import type { Store } from '../core/store.ts'
import { MemoryStore } from '../stores/memory.ts'
import { FakeClock } from './fake-clock.ts'

export interface Guest {
  readonly session: Session
  /** What this one heard, as short words. */
  readonly heard: string[]
  readonly batches: Batch[]
  readonly news: string[]
  /** What this one's other sessions have read. */
  readonly reads: string[]
  readonly faults: unknown[]
}

export interface OpenChat {
  readonly chat: Chat
  readonly clock: FakeClock
  readonly store: Store
  /** What the chat said about its store: errors, and undefined when it works again. */
  readonly storeFailures: unknown[]
  /** Lets somebody in who keeps what they hear; `deliver` does something besides. */
  readonly enter: (name: string, deliver?: (batch: Batch) => void, everywhere?: boolean) => Promise<Guest>
  /** Gives the person of a guest one more connection, which remembers by itself. */
  readonly attach: (to: Session, options?: AttachOptions) => Guest
}

export interface OpenChatOptions {
  readonly store?: Store
  /** Default 0. */
  readonly window?: number
  readonly bus?: Bus
  /** Of two chats on one store: the same for both. Default: one of its own. */
  readonly clock?: FakeClock
  /** What its ids begin with, so that those of two chats differ. */
  readonly ids?: string
}

/** An event as short words. */
export function words(event: ChatEvent): string {
  if (event.kind === 'notice') return `notice ${event.text}`
  if (event.kind === 'renamed') return `${event.from.name} renamed ${event.name}`
  if (event.kind === 'away')
    return `${event.from.name} ${event.text === undefined ? 'back' : `away ${event.text}`}`
  if (event.kind === 'moderated') return `${event.from.name} ${event.what} ${event.target.name} ${event.text}`
  const kind = 'removed' in event ? `${event.kind} (removed)` : event.kind
  const what = 'text' in event ? `${kind} ${event.text}` : kind
  return `${event.from.name} ${what}`
}

/** A chat with a memory store and a clock that stands still; a commit window of 0 unless told otherwise. */
export function openChat({ store, window = 0, bus, ids = 'id', ...given }: OpenChatOptions = {}): OpenChat {
  const clock = given.clock ?? new FakeClock()
  let made = 0
  const newId = (): string => {
    made += 1
    return `${ids}${made}`
  }
  const kept = store ?? new MemoryStore({ now: () => clock.now() })
  const storeFailures: unknown[] = []
  const onStoreFailure = (error: unknown): unknown => storeFailures.push(error)
  const chat = new Chat({ store: kept, clock, newId, commitWindow: window, bus, onStoreFailure })
  const enter: OpenChat['enter'] = async (name, deliver, everywhere = false) => {
    const claim = await chat.claimName(name)
    return guestOf((listener) => chat.enter(claim, listener, { everywhere }), deliver)
  }
  const attach: OpenChat['attach'] = (to, options) =>
    guestOf((listener) => chat.attach(to, listener, options))
  return { chat, clock, enter, attach, store: kept, storeFailures }
}

function guestOf(begin: (listener: Listener) => Session, deliver?: (batch: Batch) => void): Guest {
  const [heard, batches, news, reads, faults]: [string[], Batch[], string[], string[], unknown[]] = [
    [],
    [],
    [],
    [],
    [],
  ]
  const listener: Listener = {
    deliver: (batch) => {
      batches.push(batch)
      heard.push(...batch.events.map(words))
      deliver?.(batch)
    },
    news: (room, count) => news.push(`${room.name} ${count}`),
    read: (room, seq) => reads.push(`${room} ${seq}`),
    end: () => heard.push('(end)'),
    fail: (error) => faults.push(error),
  }
  return { session: begin(listener), heard, batches, news, reads, faults }
}

/** What an error of the chat is about; undefined for any other. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof ChatError ? error.code : undefined
}

/** Checks that this throws a `ChatError` of that code. */
export function refuses(run: () => unknown, code: string): void {
  assert.throws(run, (error) => codeOf(error) === code, `not refused: ${code}`)
}

/** Checks that this rejects with a `ChatError` of that code. */
export async function rejects(answer: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(answer, (error) => codeOf(error) === code, `not refused: ${code}`)
}
