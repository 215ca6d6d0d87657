/**
 * The people who came in through other chats on the same store. Each chat tells the others who is in it: all of
 * them, when that changes and every ten seconds; one that was not heard of for half a minute has left with
 * everybody in it. What that changes becomes ordinary events. The same hint says how far the rooms are, so that
 * a chat that missed the last message of a room hears of it within ten seconds.
 */
import type { Bus, Hint, Neighbour, Reason } from './bus.ts'
import type { Clock } from './clock.ts'
import type { ChatEvent, Disconnected, Kept, Left, Notice, PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import { NameIndex } from './name-index.ts'
import { LOBBY } from './room-names.ts'
import { SeenPerson } from './seen-person.ts'

/** Milliseconds between two hints about presence, and of silence after which a chat has left. */
export const PRESENCE_EVERY = 10_000
export const SILENCE = 30_000
/** Milliseconds for which a room's newest number is told after something was kept in it. */
const HEADS_FOR = 2 * SILENCE

/** What somebody did, whoever it was. */
export type PersonEvent = Exclude<ChatEvent, Notice>

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
  /** Everybody who is in one of them, as it told last, by id. */
  readonly #told = new Map<string, Neighbour>()
  /** The same as everybody here has heard of them: what happened to them is on its way for a while. */
  readonly #seen = new Map<string, SeenPerson>()
  readonly #names = new NameIndex<SeenPerson>()
  /** Why people of this chat left lately, by person and room. */
  readonly #reasons = new Map<string, { readonly reason: Reason; readonly at: number }>()
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
  people(): Iterable<SeenPerson> {
    return this.#seen.values()
  }

  /** By caseless name. */
  named(name: string): SeenPerson | undefined {
    return this.#names.named(name)
  }

  /** By any spelling that counts as the same name. */
  like(typed: string): SeenPerson | undefined {
    return this.#names.like(typed)
  }

  withId(id: string): SeenPerson | undefined {
    return this.#seen.get(id)
  }

  get population(): number {
    return this.#seen.size
  }

  /** What happened to somebody elsewhere is being delivered here. */
  apply(event: PersonEvent): void {
    const { id, name } = event.from
    const person = event.kind === 'logged-in' ? this.#begin({ id, name }) : this.#seen.get(id)
    if (person === undefined) return
    if (event.kind === 'disconnected') this.#seen.delete(id)
    if (event.kind === 'disconnected' || event.kind === 'renamed') this.#names.remove(person.name, person)
    person.apply(event)
    if (event.kind === 'logged-in' || event.kind === 'renamed') this.#names.add(person.name, person)
  }

  /** Remembers for a while why somebody here leaves, for the others. */
  went({ from: { id }, text, ...where }: Left | Disconnected): void {
    const room = 'room' in where ? where.room : undefined
    const key = reasonKey(id, room)
    this.#reasons.delete(key) // they may have left before
    if (text === undefined) return
    this.#reasons.set(key, { reason: { id, room, text }, at: this.#options.clock.ticks() })
    for (const oldest of this.#reasons.keys()) {
      if (this.#reasons.size <= LIMITS.reasons) return
      this.#reasons.delete(oldest)
    }
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
    for (const [key, { at }] of this.#reasons) if (clock.ticks() - at > SILENCE) this.#reasons.delete(key)
    const heads = Array.from(this.#heads, ([room, { seq }]) => [room, seq] as const)
    bus.publish({
      about: 'presence',
      chat,
      version: this.#version,
      people: this.#options.people(),
      heads,
      reasons: Array.from(this.#reasons.values(), ({ reason }) => reason),
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

  #hearPresence({ chat, version, people, heads, reasons }: Hint & { readonly about: 'presence' }): void {
    const known = this.#chats.get(chat)
    if (known !== undefined && version <= known.version) return
    const now = new Map(people.map((person) => [person.id, person]))
    this.#chats.set(chat, { version, heardAt: this.#options.clock.ticks(), people: now })
    const why = new Map(reasons.map(({ id, room, text }) => [reasonKey(id, room), text]))
    this.#compare(known?.people ?? new Map(), now, why)
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

  #compare(
    before: ReadonlyMap<string, Neighbour>,
    now: ReadonlyMap<string, Neighbour>,
    why: ReadonlyMap<string, string> = new Map(),
  ): void {
    for (const { id, name, rooms } of before.values()) {
      if (now.has(id)) continue
      this.#told.delete(id)
      const text = why.get(reasonKey(id))
      this.#options.happened({
        kind: 'disconnected',
        from: { id, name },
        rooms,
        ...(text !== undefined && { text }),
      })
    }
    for (const person of now.values()) {
      this.#told.set(person.id, person)
      const seen = this.#seen.get(person.id)
      if (seen !== undefined) seen.activeAt = person.activeAt
      for (const event of changes(before.get(person.id), person, why)) this.#options.happened(event)
    }
  }

  #begin({ id, name }: PersonRef): SeenPerson {
    const told = this.#told.get(id) // undefined when they have left again, which is on its way
    const now = this.#options.clock.now()
    const person = new SeenPerson({ id, name }, told?.since ?? now, told?.activeAt ?? now)
    this.#seen.set(id, person)
    return person
  }
}

/** What happened to somebody between two hints. */
function* changes(
  before: Neighbour | undefined,
  now: Neighbour,
  why: ReadonlyMap<string, string>,
): Generator<ChatEvent> {
  const from = refOf(now)
  if (before === undefined) yield { kind: 'logged-in', from }
  else if (before.name !== now.name) {
    yield { kind: 'renamed', from: refOf(before), name: now.name, rooms: before.rooms }
  }
  const [was, is] = [new Set(before?.rooms ?? [LOBBY]), new Set(now.rooms)]
  for (const room of is) if (!was.has(room)) yield { kind: 'joined', room, from }
  for (const room of was) {
    if (is.has(room)) continue
    const text = why.get(reasonKey(now.id, room))
    yield { kind: 'left', room, from, ...(text !== undefined && { text }) }
  }
  if (before?.away !== now.away) yield { kind: 'away', from, text: now.away }
}

// A key of a room begins with `#`: what leaves the chat is none.
function reasonKey(id: string, room = ''): string {
  return `${id} ${room}`
}

function refOf({ id, name }: Neighbour): PersonRef {
  return { id, name }
}
