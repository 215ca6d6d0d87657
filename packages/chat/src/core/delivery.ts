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
  const touched = touchedRooms(events, audience)
  const everybody = events.some((event) => EVENT_KINDS[event.kind].heardBy === 'everybody')

  for (const session of everybody ? audience.sessions : sessionsIn(touched)) {
    if (personal.has(session)) continue
    guarded(session, () => {
      give(session, session.everywhere ? shared.inAll(heardOf(touched, session)) : inView(shared, session))
      for (const room of touched) {
        if (session.looksAt(room) || !room.hearing.has(session.person)) continue
        const count = shared.messagesIn(room)
        if (count > 0) session.listener.news(room, count)
      }
    })
  }
  for (const [session, heard] of personal) {
    guarded(session, () => {
      if (heard.events.length > 0) {
        const busy = inView(shared, session)?.busy ?? false
        give(session, { events: heard.events, busy, reader: session.person.ref })
      }
      for (const [room, count] of heard.elsewhere) session.listener.news(room, count)
    })
  }
}

/** Runs what tells a session something. What its own code does wrong must not reach the next session. */
export function guarded(session: Session, run: () => void): void {
  try {
    if (session.isOpen) run() // it may have left meanwhile, because of what another was told
  } catch (error) {
    session.listener.fail(error)
  }
}

// What waits for its turn because the session is given earlier events first is left out.
function give(session: Session, batch: Batch | undefined): void {
  if (batch === undefined) return
  const { catchUps, listener } = session
  if (catchUps.size === 0) {
    listener.deliver(batch)
    return
  }
  const events = batch.events.filter((event) => {
    return !('room' in event) || (catchUps.get(event.room)?.passes(event) ?? true)
  })
  if (events.length === batch.events.length) listener.deliver(batch)
  else if (events.length > 0) listener.deliver({ ...batch, events })
}

function inView(shared: SharedBatches, session: Session): Batch | undefined {
  return shared.in(session.hears(session.view) ? session.view : undefined)
}

function heardOf(rooms: ReadonlySet<Room>, session: Session): Room[] {
  return [...rooms].filter((room) => session.hears(room))
}

function touchedRooms(events: readonly ChatEvent[], audience: Audience): ReadonlySet<Room> {
  const touched = new Set<Room>()
  for (const event of events) {
    const room = 'room' in event ? audience.room(event.room) : undefined
    if (room !== undefined) touched.add(room)
  }
  return touched
}

function* sessionsIn(rooms: ReadonlySet<Room>): Generator<Session> {
  const seen = new Set<Session>()
  for (const room of rooms) {
    for (const person of room.hearing) {
      for (const session of person.sessions) {
        if (seen.has(session)) continue
        seen.add(session)
        yield session
      }
    }
  }
}

function hears(session: Session, event: ChatEvent, audience: Audience): boolean {
  if (EVENT_KINDS[event.kind].heardBy === 'everybody') return audience.sessions.has(session)
  if (!('room' in event)) return false
  const { id } = session.person
  if ('to' in event && event.to !== undefined) return id === event.from.id || id === event.to.id
  if ((event.kind === 'joined' || event.kind === 'left') && id === event.from.id) return true
  const room = audience.room(event.room)
  return room !== undefined && session.hears(room)
}

/** The persons to whom an event is personal: the two of a private conversation, and who comes or goes. */
function concerned(event: ChatEvent): readonly string[] {
  if (event.kind === 'joined' || event.kind === 'left' || event.kind === 'logged-in') return [event.from.id]
  return 'to' in event && event.to !== undefined ? [event.from.id, event.to.id] : []
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
  for (const event of events) {
    for (const id of concerned(event)) {
      for (const session of audience.sessionsOf(id)) {
        personal.set(session, { events: [], elsewhere: new Map() })
      }
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
  if (room === undefined || session.hears(room) || !room.hearing.has(session.person)) return
  heard.elsewhere.set(room, (heard.elsewhere.get(room) ?? 0) + 1)
}

/** The batches that many sessions hear alike, each made when the first of them asks. */
class SharedBatches {
  readonly #events: readonly ChatEvent[]
  readonly #clock: Clock
  readonly #batches = new Map<Room | string | undefined, Batch | undefined>()
  readonly #messages = new Map<Room, number>()

  constructor(events: readonly ChatEvent[], clock: Clock) {
    this.#events = events
    this.#clock = clock
  }

  /** What is said in the room, and what is for everybody; without a room the latter only. */
  in(room: Room | undefined): Batch | undefined {
    if (!this.#batches.has(room)) {
      const events = this.#heard((key) => key === room?.name)
      const busy = room?.busyWith(events.length, this.#clock.ticks()) ?? false
      this.#batches.set(room, events.length === 0 ? undefined : { events, busy })
    }
    return this.#batches.get(room)
  }

  /** The same for several rooms. */
  inAll(rooms: readonly Room[]): Batch | undefined {
    const [first] = rooms
    if (rooms.length <= 1) return this.in(first)
    const names = rooms.map(({ name }) => name)
    const key = names.join(' ')
    if (!this.#batches.has(key)) {
      const busy = rooms.some((room) => this.in(room)?.busy)
      this.#batches.set(key, { events: this.#heard((room) => names.includes(room)), busy })
    }
    return this.#batches.get(key)
  }

  #heard(isIn: (room: string) => boolean): ChatEvent[] {
    return this.#events.filter((event) =>
      'room' in event ? isIn(event.room) : EVENT_KINDS[event.kind].heardBy === 'everybody',
    )
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
