/**
 * The people who came in through other chats on the same store. Each chat tells the others who is in it: all of
 * them, when that changes and every ten seconds; one that was not heard of for half a minute has left with
 * everybody in it. What that changes becomes ordinary events. The same hint says how far the rooms are, so that
 * a chat that missed the last message of a room hears of it within ten seconds.
 */
import type { Bus, Hint, Neighbour } from './bus.ts'
import type { Clock } from './clock.ts'
import type { ChatEvent, Kept } from './events.ts'
import { LIMITS } from './limits.ts'
import { caseless } from './names.ts'

/** Milliseconds between two hints about presence, and of silence after which a chat has left. */
export const PRESENCE_EVERY = 10_000
export const SILENCE = 30_000
/** Milliseconds for which a room's newest number is told after something was kept in it. */
const HEADS_FOR = 2 * SILENCE

export interface NeighboursOptions {
  readonly bus: Bus
  readonly clock: Clock
  /** Unique to this chat. */
  readonly chat: string
  /** Who is here. */
  readonly people: () => readonly Neighbour[]
  /** Told what happened elsewhere, to be delivered here. */
  readonly happened: (event: ChatEvent) => void
  /** Told that a room has got so far elsewhere. */
  readonly reached: (room: string, seq: number) => void
  /** Told that a chat was heard of that was not there, or thought gone: any hint may have been missed. */
  readonly appeared: () => void
}

interface Chat {
  readonly version: number
  readonly heardAt: number
  readonly people: ReadonlyMap<string, Neighbour>
}

export class Neighbours {
  readonly #options: NeighboursOptions
  readonly #chats = new Map<string, Chat>()
  readonly #byName = new Map<string, Neighbour>()
  readonly #byId = new Map<string, Neighbour>()
  readonly #heads = new Map<string, { seq: number; at: number }>()
  readonly #unsubscribe: () => void
  #version = 0
  #cancelNext: (() => void) | undefined
  #cancelSoon: (() => void) | undefined

  constructor(options: NeighboursOptions) {
    this.#options = options
    this.#unsubscribe = options.bus.subscribe((hint) => this.#hear(hint))
    this.#tellPresence()
  }

  /** Everybody who came in elsewhere. */
  people(): Iterable<Neighbour> {
    return this.#byId.values()
  }

  /** By caseless name. */
  byName(name: string): Neighbour | undefined {
    return this.#byName.get(name)
  }

  withId(id: string): Neighbour | undefined {
    return this.#byId.get(id)
  }

  get population(): number {
    return this.#byId.size
  }

  /** Tells the others what has been kept. */
  tellKept(events: readonly Kept[]): void {
    const { bus, chat, clock } = this.#options
    for (const { room, seq } of events) {
      this.#heads.delete(room)
      this.#heads.set(room, { seq, at: clock.ticks() })
    }
    for (const room of this.#heads.keys()) {
      if (this.#heads.size <= LIMITS.heads) break
      this.#heads.delete(room)
    }
    bus.publish({ about: 'kept', chat, events })
  }

  /** Tells the others who is here, once for everything that changes in this turn. */
  changed(): void {
    this.#cancelSoon ??= this.#options.clock.after(0, () => this.#tellPresence())
  }

  close(): void {
    this.#unsubscribe()
    this.#cancelNext?.()
    this.#cancelSoon?.()
    const { bus, chat } = this.#options
    bus.publish({ about: 'end', chat })
  }

  #tellPresence(): void {
    const { bus, chat, clock } = this.#options
    this.#cancelSoon?.()
    this.#cancelSoon = undefined
    this.#cancelNext?.()
    this.#version += 1
    for (const [room, { at }] of this.#heads) {
      if (clock.ticks() - at > HEADS_FOR) this.#heads.delete(room)
    }
    const heads = Array.from(this.#heads, ([room, { seq }]) => [room, seq] as const)
    bus.publish({
      about: 'presence',
      chat,
      version: this.#version,
      people: this.#options.people(),
      heads,
    })
    this.#forgetTheSilent()
    this.#cancelNext = clock.after(PRESENCE_EVERY, () => this.#tellPresence())
  }

  #hear(hint: Hint): void {
    if (hint.chat === this.#options.chat) return
    if (hint.about === 'end') this.#end(hint.chat)
    else if (hint.about === 'kept') for (const event of hint.events) this.#options.happened(event)
    else this.#hearPresence(hint)
  }

  #hearPresence({ chat, version, people, heads }: Hint & { readonly about: 'presence' }): void {
    const known = this.#chats.get(chat)
    if (known !== undefined && version <= known.version) return
    const now = new Map(people.map((person) => [person.id, person]))
    this.#chats.set(chat, { version, heardAt: this.#options.clock.ticks(), people: now })
    this.#compare(known?.people ?? new Map(), now)
    if (known === undefined) {
      this.#options.appeared()
      this.changed() // it does not know us either
    }
    for (const [room, seq] of heads) this.#options.reached(room, seq)
  }

  #forgetTheSilent(): void {
    const since = this.#options.clock.ticks() - SILENCE
    for (const [chat, { heardAt }] of this.#chats) if (heardAt < since) this.#remove(chat)
  }

  // Remembered for a while: a hint of before that comes late must not bring it back.
  #end(chat: string): void {
    this.#remove(chat)
    const heardAt = this.#options.clock.ticks()
    this.#chats.set(chat, { version: Number.POSITIVE_INFINITY, heardAt, people: new Map() })
  }

  #remove(chat: string): void {
    const known = this.#chats.get(chat)
    this.#chats.delete(chat)
    if (known !== undefined) this.#compare(known.people, new Map())
  }

  #compare(before: ReadonlyMap<string, Neighbour>, now: ReadonlyMap<string, Neighbour>): void {
    for (const person of before.values()) if (!now.has(person.id)) this.#forget(person)
    for (const person of now.values()) {
      const earlier = before.get(person.id)
      if (earlier !== undefined) this.#unname(earlier)
      this.#byId.set(person.id, person)
      this.#byName.set(caseless(person.name), person)
      for (const event of changes(earlier, person)) this.#options.happened(event)
    }
  }

  #forget(person: Neighbour): void {
    this.#byId.delete(person.id)
    this.#unname(person)
    this.#options.happened({ kind: 'disconnected', from: refOf(person) })
  }

  #unname({ id, name }: Neighbour): void {
    const key = caseless(name)
    if (this.#byName.get(key)?.id === id) this.#byName.delete(key)
  }
}

/** What happened to somebody between two hints. */
function* changes(before: Neighbour | undefined, now: Neighbour): Generator<ChatEvent> {
  const from = refOf(now)
  if (before === undefined) yield { kind: 'logged-in', from }
  else if (before.name !== now.name) yield { kind: 'renamed', from: refOf(before), name: now.name }
  const [was, is] = [new Set(before?.rooms), new Set(now.rooms)]
  for (const room of is) if (!was.has(room) && before !== undefined) yield { kind: 'joined', room, from }
  for (const room of was) if (!is.has(room)) yield { kind: 'left', room, from }
  if (before !== undefined && before.away !== now.away) yield { kind: 'away', from, text: now.away }
}

function refOf({ id, name }: Neighbour): { id: string; name: string } {
  return { id, name }
}
