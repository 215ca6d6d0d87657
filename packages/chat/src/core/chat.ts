/**
 * The chat itself: who is here, who is in which room, and who hears what.
 *
 * It knows no sockets, no protocols and no database. A door claims a name, enters with it and gets a session; from
 * then on it calls `say` and the others, which check at once and throw a `ChatError`, and its listener is given
 * everything that this session hears, in the one order that everybody sees.
 */
import type { Clock } from './clock.ts'
import { CommitQueue } from './commit-queue.ts'
import { type Audience, deliver } from './delivery.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent, KeptMessage, Message, PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import { claimFreeName, type NameClaim } from './name-claims.ts'
import { caseless } from './names.ts'
import { Person } from './person.ts'
import { Room } from './room.ts'
import { LOBBY, pairKey, parseRoomName } from './room-names.ts'
import { type Listener, Session } from './session.ts'
import type { Store } from './store.ts'

export interface ChatOptions {
  readonly store: Store
  readonly clock: Clock
  /** Unique ids that sort by time. */
  readonly newId: () => string
  /** Milliseconds between commits under load. Default 10; 0 = every turn. */
  readonly commitWindow?: number | undefined
  /** Told when the store begins to fail and when it works again (undefined). The chat goes on meanwhile. */
  readonly onStoreFailure?: (error: unknown) => void
}

export class Chat {
  readonly #store: Store
  readonly #newId: () => string
  readonly #onStoreFailure: (error: unknown) => void
  readonly #queue: CommitQueue
  readonly #lobby = new Room(LOBBY)
  readonly #rooms = new Map<string, Room>([[LOBBY, this.#lobby]])
  /** Everybody from `enter` until their leaving has been delivered, by id. */
  readonly #people = new Map<string, Person>()
  /** Those of them whose coming has been delivered, by caseless name. */
  readonly #byName = new Map<string, Person>()
  readonly #sessions = new Set<Session>()
  #closing = false

  constructor(options: ChatOptions) {
    const { store, clock, commitWindow: window = 10 } = options
    this.#store = store
    this.#newId = () => options.newId()
    this.#onStoreFailure = (error) => options.onStoreFailure?.(error)
    const audience: Audience = {
      sessions: this.#sessions,
      room: (key) => this.#rooms.get(key),
      sessionsOf: (id) => this.#people.get(id)?.sessions ?? [],
      apply: (event) => this.#apply(event),
    }
    this.#queue = new CommitQueue({
      store,
      clock,
      window,
      deliver: (events) => deliver(events, audience, clock),
      storeFails: (error) => {
        this.#onStoreFailure(error)
        this.#queue.push({ kind: 'notice', text: error === undefined ? SAVING : NOT_SAVING })
      },
    })
  }

  /**
   * Claims a name as near as possible to what was typed. Whoever gets the claim gives it to `enter` or, when their
   * connection has ended meanwhile, to `giveUp`. Rejects with `no-free-name` or `store-failed`.
   */
  async claimName(typed: string): Promise<NameClaim> {
    if (this.#closing) throw new ChatError('closing')
    return claimFreeName(typed, this.#newId(), this.#store)
  }

  giveUp(claim: NameClaim): void {
    this.#release(claim.id)
  }

  /** Brings a person into the chat and its lobby. They hear nothing before everybody hears that they came. */
  enter(claim: NameClaim, listener: Listener): Session {
    const person = new Person(claim.id, claim.name)
    const session = new Session(person, listener, this.#lobby)
    person.sessions.add(session)
    this.#people.set(person.id, person)
    this.#addMember(this.#lobby, person)
    this.#push({ kind: 'logged-in', from: refTo(person) })
    return session
  }

  /** Ends a session; at once for its listener, in its turn for everybody else. Idempotent. */
  leave(session: Session): void {
    const { person } = session
    this.#sessions.delete(session)
    if (!person.sessions.delete(session) || person.sessions.size > 0) return
    this.#push({ kind: 'disconnected', from: refTo(person) })
  }

  /** Says something in the room that the session looks at. `clientId`: see `Message`. Throws `too-long`. */
  say(session: Session, text: string, clientId?: string): void {
    this.#send(session, { kind: 'said', room: session.view.name, text, clientId })
  }

  /** The same for an action: `act(session, 'waves')` is "* ann waves". */
  act(session: Session, text: string, clientId?: string): void {
    this.#send(session, { kind: 'action', room: session.view.name, text, clientId })
  }

  /** Says something to one person. Throws `no-such-person`, `that-is-you`, `too-long`. */
  tell(session: Session, name: string, text: string, clientId?: string): void {
    const person = this.#byName.get(caseless(name))
    if (person === undefined) throw new ChatError('no-such-person', name)
    if (person === session.person) throw new ChatError('that-is-you', name)
    const room = pairKey(session.person.id, person.id)
    this.#send(session, { kind: 'said', room, to: refTo(person), text, clientId })
  }

  /**
   * Makes the session look at a room, and its person a member of it; a room that is not there begins. Throws
   * `bad-room-name`, `room-looks-alike`, `too-many-rooms`, `no-more-rooms`.
   */
  join(session: Session, typed: string): Room {
    const name = parseRoomName(typed)
    const { person } = session
    const room = this.#rooms.get(name) ?? this.#openRoom(name, person)
    if (!room.members.has(person)) {
      if (person.rooms.size >= LIMITS.roomsPerPerson) throw new ChatError('too-many-rooms')
      this.#rooms.set(name, room)
      this.#addMember(room, person)
      this.#push({ kind: 'joined', room: name, from: refTo(person) })
    }
    session.view = room
    return room
  }

  /** How many people are logged in. */
  get population(): number {
    return this.#byName.size
  }

  /** Everybody who is logged in, in the order in which they came. */
  people(): readonly string[] {
    return [...this.#byName.values()].map(({ name }) => name)
  }

  /** The rooms that somebody is in, and the lobby; the fullest first. */
  rooms(): readonly Room[] {
    return [...this.#rooms.values()].toSorted((a, b) => b.members.size - a.members.size)
  }

  /** The newest messages of the room that the session looks at, oldest first. Rejects with `store-failed`. */
  async history(session: Session, count: number): Promise<readonly KeptMessage[]> {
    const most = Math.min(count, LIMITS.historyPage)
    const messages = await this.#reading(this.#store.latest(session.view.name, most))
    let text = 0
    let from = messages.length
    for (const message of messages.toReversed()) {
      text += message.text.length
      if (text > LIMITS.historyText && from < messages.length) break
      from -= 1
    }
    return messages.slice(from)
  }

  /** How many messages of the lobby are kept. Rejects with `store-failed`. */
  async earlier(): Promise<number> {
    return this.#reading(this.#store.count(LOBBY))
  }

  /** Resolves when everything that was done until now is delivered; undefined when it is. */
  settled(): Promise<void> | undefined {
    return this.#queue.settled()
  }

  /** Undefined normally; else more is said than can be delivered, and a door stops reading until this resolves. */
  ready(): Promise<void> | undefined {
    return this.#queue.ready()
  }

  /** From now on nothing is accepted, and leaving is silent. Resolves when all that was said is delivered. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#queue.settled()
  }

  #send(session: Session, message: Omit<Message, 'id' | 'from'>): void {
    if (this.#closing) throw new ChatError('closing')
    if (byteLength(message.text) > LIMITS.messageBytes) throw new ChatError('too-long')
    this.#push({ ...message, id: this.#newId(), from: refTo(session.person) })
  }

  #push(event: ChatEvent): void {
    if (!this.#closing) this.#queue.push(event)
  }

  #openRoom(name: string, person: Person): Room {
    const room = new Room(name)
    for (const other of this.#rooms.values()) {
      if (other.look === room.look) throw new ChatError('room-looks-alike', other.name)
    }
    if (this.#rooms.size >= LIMITS.rooms) throw new ChatError('no-more-rooms')
    if (person.rooms.size >= LIMITS.roomsPerPerson) throw new ChatError('too-many-rooms')
    return room
  }

  #addMember(room: Room, person: Person): void {
    room.members.add(person)
    person.rooms.add(room)
  }

  /** What a delivered event changes; see `Audience`. */
  #apply(event: ChatEvent): void {
    if (event.kind === 'logged-in') {
      const person = this.#people.get(event.from.id)
      if (person === undefined) return
      this.#byName.set(caseless(person.name), person)
      this.#lobby.hearing.add(person)
      for (const session of person.sessions) this.#sessions.add(session)
    } else if (event.kind === 'joined') {
      const person = this.#people.get(event.from.id)
      if (person !== undefined) this.#rooms.get(event.room)?.hearing.add(person)
    } else if (event.kind === 'disconnected') {
      this.#forget(event.from.id)
    }
  }

  #forget(id: string): void {
    const person = this.#people.get(id)
    if (person === undefined) return
    this.#people.delete(id)
    this.#byName.delete(caseless(person.name))
    for (const room of person.rooms) {
      room.members.delete(person)
      room.hearing.delete(person)
      if (room.members.size === 0 && room !== this.#lobby) this.#rooms.delete(room.name)
    }
    this.#release(id) // only now: who takes the name next comes after the line that says this one went
  }

  #release(id: string): void {
    if (this.#closing) return // the store goes too
    this.#store.releaseName(id).catch((error: unknown) => this.#onStoreFailure(error))
  }

  async #reading<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (cause) {
      throw new ChatError('store-failed', undefined, cause)
    }
  }
}

const NOT_SAVING = 'the server cannot save messages right now: who is not here will not see what is said'
const SAVING = 'messages are saved again'

function refTo(person: Person): PersonRef {
  return { id: person.id, name: person.name }
}

const encoder = new TextEncoder()

// In UTF-8. Text that is short enough in any case is not encoded just to be measured.
function byteLength(text: string): number {
  return text.length * 3 <= LIMITS.messageBytes ? text.length * 3 : encoder.encode(text).length
}
