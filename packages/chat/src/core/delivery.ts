/**
 * Who hears what. The rule is one small function, `hears`; the rest is there so that the many who hear the same
 * get the same object, which a door encodes once.
 */
import type { Clock } from './clock.ts'
import { type Batch, type ChatEvent, EVENT_KINDS, isMessage } from './events.ts'
import type { Room } from './room.ts'
import type { Session } from './session.ts'

export interface Audience {
  /** Everybody who is logged in, through whatever door. */
  readonly sessions: ReadonlySet<Session>
  /** The room of a key; undefined for a private conversation, and for a room that everybody has left. */
  readonly room: (key: string) => Room | undefined
  /** The sessions of a person who is here. */
  readonly sessionsOf: (personId: string) => Iterable<Session>
  /**
   * Does what the event means for who is here and where: from now on, and not before, its person hears, or no
   * longer does.
   */
  readonly apply: (event: ChatEvent) => void
}

/** Delivers what was committed to everybody who hears any of it, each session once. */
export function deliver(events: readonly ChatEvent[], audience: Audience, clock: Clock): void {
  const personal = hearOneByOne(events, audience)
  const shared = new SharedBatches(events, clock)
  const touched = new Set(events.map((event) => ('room' in event ? audience.room(event.room) : undefined)))
  const everybody = events.some((event) => EVENT_KINDS[event.kind].heardBy === 'everybody')

  for (const session of everybody ? audience.sessions : sessionsIn(touched)) {
    if (personal.has(session)) continue
    guarded(session, () => {
      const batch = shared.heardIn(session.view.hearing.has(session.person) ? session.view : undefined)
      if (batch !== undefined) session.listener.deliver(batch)
      for (const room of touched) {
        if (room === undefined || room === session.view || !room.hearing.has(session.person)) continue
        const count = shared.messagesIn(room)
        if (count > 0) session.listener.news(room, count)
      }
    })
  }
  for (const [session, heard] of personal) {
    guarded(session, () => {
      if (heard.events.length > 0) {
        const busy = shared.heardIn(session.view)?.busy ?? false
        session.listener.deliver({ events: heard.events, busy, reader: session.person })
      }
      for (const [room, count] of heard.elsewhere) session.listener.news(room, count)
    })
  }
}

function* sessionsIn(rooms: ReadonlySet<Room | undefined>): Generator<Session> {
  const seen = new Set<Session>()
  for (const room of rooms) {
    for (const person of room?.hearing ?? []) {
      for (const session of person.sessions) {
        if (seen.has(session)) continue
        seen.add(session)
        yield session
      }
    }
  }
}

// What a session's own code does wrong must not reach the next session; and one that has left meanwhile, because of
// what another was told, hears nothing more.
function guarded(session: Session, run: () => void): void {
  try {
    if (session.person.sessions.has(session)) run()
  } catch (error) {
    session.listener.fail(error)
  }
}

function hears(session: Session, event: ChatEvent, audience: Audience): boolean {
  if (EVENT_KINDS[event.kind].heardBy === 'everybody') return audience.sessions.has(session)
  if (isMessage(event) && event.to !== undefined) {
    return session.person.id === event.from.id || session.person.id === event.to.id
  }
  return 'room' in event && session.view.name === event.room && session.view.hearing.has(session.person)
}

interface Heard {
  readonly events: ChatEvent[]
  readonly elsewhere: Map<Room, number>
}

/**
 * Applies the events, and lets those sessions listen to each of them to whom one is personal: a private message,
 * or the event that brings them in, before which they must hear nothing. They get a batch of their own.
 */
function hearOneByOne(events: readonly ChatEvent[], audience: Audience): ReadonlyMap<Session, Heard> {
  const personal = new Map<Session, Heard>()
  const listen = (personId: string): void => {
    for (const session of audience.sessionsOf(personId)) {
      personal.set(session, { events: [], elsewhere: new Map() })
    }
  }
  for (const event of events) {
    if (event.kind === 'joined' || event.kind === 'logged-in') listen(event.from.id)
    else if (isMessage(event) && event.to !== undefined) {
      listen(event.from.id)
      listen(event.to.id)
    }
  }
  for (const event of events) {
    audience.apply(event)
    for (const [session, heard] of personal) {
      if (hears(session, event, audience)) heard.events.push(event)
      else if (isMessage(event)) countElsewhere(heard, session, audience.room(event.room))
    }
  }
  return personal
}

function countElsewhere(heard: Heard, session: Session, room: Room | undefined): void {
  if (room === undefined || room === session.view || !room.hearing.has(session.person)) return
  heard.elsewhere.set(room, (heard.elsewhere.get(room) ?? 0) + 1)
}

/** The batches that many sessions hear alike, each made when the first of them asks. */
class SharedBatches {
  readonly #events: readonly ChatEvent[]
  readonly #clock: Clock
  readonly #batches = new Map<Room | undefined, Batch | undefined>()
  readonly #messages = new Map<Room, number>()

  constructor(events: readonly ChatEvent[], clock: Clock) {
    this.#events = events
    this.#clock = clock
  }

  /** What is said in the room, and what is for everybody; without a room the latter only. */
  heardIn(room: Room | undefined): Batch | undefined {
    if (!this.#batches.has(room)) {
      const events = this.#events.filter((event) =>
        'room' in event ? event.room === room?.name : EVENT_KINDS[event.kind].heardBy === 'everybody',
      )
      const busy = room?.busyWith(events.length, this.#clock.ticks()) ?? false
      this.#batches.set(room, events.length === 0 ? undefined : { events, busy })
    }
    return this.#batches.get(room)
  }

  messagesIn(room: Room): number {
    let count = this.#messages.get(room)
    if (count === undefined) {
      count = this.#events.filter((event) => isMessage(event) && event.room === room.name).length
      this.#messages.set(room, count)
    }
    return count
  }
}
