/**
 * What a chat does besides when other chats use its store: it tells them over a bus what it has had kept and who
 * is in it, hears the same of them, and keeps each room in the order of its numbers whatever the bus does.
 */
import type { Attendance } from './attendance.ts'
import type { Bus } from './bus.ts'
import type { Clock } from './clock.ts'
import { type ChatEvent, type Disconnected, isKept, type Keepable, type Kept, type Left } from './events.ts'
import { LIMITS } from './limits.ts'
import { Neighbours, type PersonEvent } from './neighbours.ts'
import type { Person } from './person.ts'
import { isPairKey, LOBBY, pairOf } from './room-names.ts'
import { RoomOrder } from './room-order.ts'
import type { SeenPerson } from './seen-person.ts'
import type { Store } from './store.ts'

export interface OthersOptions {
  readonly bus: Bus
  /** Unique to this chat. */
  readonly chat: string
  readonly store: Pick<Store, 'since' | 'room'>
  readonly clock: Clock
  readonly attendance: Attendance
  /** Puts into the chat's line what happened elsewhere. */
  readonly push: (event: ChatEvent) => void
  readonly storeFails: (error: unknown) => void
}

export class Others {
  readonly #options: OthersOptions
  readonly #order: RoomOrder
  readonly #neighbours: Neighbours

  constructor(options: OthersOptions) {
    const { bus, chat, clock, store, storeFails, attendance } = options
    this.#options = options
    const isHeard = (room: string): boolean => this.#isHeard(room)
    this.#order = new RoomOrder({ store, clock, storeFails, isHeard })
    this.#neighbours = new Neighbours({
      bus,
      chat,
      clock,
      people: () => Array.from(attendance.people(), ({ seen }) => seen.view),
      happened: (event) => this.#happened(event),
      reached: (room, seq) => this.#reached(room, seq),
      appeared: () => {
        for (const room of this.#order.rooms()) void this.#read(room, this.#order.last(room) ?? 0)
      },
    })
  }

  people(): Iterable<SeenPerson> {
    return this.#neighbours.people()
  }

  /** By caseless name. */
  named(name: string): SeenPerson | undefined {
    return this.#neighbours.named(name)
  }

  /** By any spelling that counts as the same name. */
  like(typed: string): SeenPerson | undefined {
    return this.#neighbours.like(typed)
  }

  withId(id: string): SeenPerson | undefined {
    return this.#neighbours.withId(id)
  }

  /** What somebody did who came in elsewhere is being delivered here. */
  apply(event: PersonEvent): void {
    this.#neighbours.apply(event)
  }

  /** Somebody here leaves a room or the chat: it is being delivered. */
  went(event: Left | Disconnected): void {
    this.#neighbours.went(event)
  }

  get population(): number {
    return this.#neighbours.population
  }

  /** Before a commit: finds out where the rooms are that are heard here from now on. */
  async prepare(events: readonly ChatEvent[]): Promise<void> {
    const rooms = new Set<string>()
    for (const event of events) {
      const isOurs = 'from' in event && event.from !== undefined && this.#isHere(event.from.id)
      if (!isOurs) continue
      const room = event.kind === 'logged-in' ? LOBBY : event.kind === 'joined' ? event.room : undefined
      if (room === undefined || this.#options.attendance.room(room)?.hearing.size !== 0) continue
      rooms.add(room)
    }
    // All at once: a store that hangs is waited for, and the talk waits meanwhile.
    if (rooms.size > 0) await Promise.all(Array.from(rooms, (room) => this.#order.begin(room)))
  }

  /** What is to be delivered of these, in the order of their numbers, with what was missing. */
  place(events: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
    return this.#order.place(events)
  }

  /** The store has kept these; `late`: they were delivered before, without their numbers. */
  stored(events: readonly Kept[], late: boolean): void {
    this.#neighbours.tellKept(events)
    if (late) for (const event of events) this.#happened(event)
  }

  /** These are delivered without numbers. */
  spooled(events: readonly Keepable[]): void {
    this.#order.heardWithout(events)
  }

  /** Somebody here came, went or changed. */
  changed(): void {
    this.#neighbours.changed()
  }

  /** The last who was in the room here has left it. */
  closed(room: string): void {
    this.#order.forget(room)
  }

  /** Somebody who was here has gone: the conversations that nobody here hears any more are over. */
  gone(person: Person): void {
    for (const room of this.#order.rooms()) {
      // The other of the two may be here still, and would hear all of it again.
      if (pairOf(room).includes(person.id) && !this.#isHeard(room)) this.#order.forget(room)
    }
    this.changed()
  }

  close(): void {
    this.#neighbours.close()
  }

  #isHere(id: string): boolean {
    return this.#options.attendance.person(id) !== undefined
  }

  #isHeard(room: string): boolean {
    const { attendance } = this.#options
    if (!isPairKey(room)) return (attendance.room(room)?.members.size ?? 0) > 0
    return pairOf(room).some((id) => this.#isHere(id))
  }

  #happened(event: ChatEvent): void {
    if (!isKept(event) || this.#isHeard(event.room)) this.#options.push(event)
  }

  #reached(room: string, seq: number): void {
    const last = this.#order.last(room)
    if (last !== undefined && last < seq) void this.#read(room, Math.max(last, seq - LIMITS.resume))
  }

  /** Puts into the line what the store has; what was delivered before is passed over there. */
  async #read(room: string, after: number): Promise<void> {
    try {
      const events = await this.#options.store.since(room, after, LIMITS.resume)
      for (const event of events) this.#happened(event)
    } catch (error) {
      this.#options.storeFails(error)
    }
  }
}
