/**
 * The chat itself: who is here, who is in which room, and who hears what.
 *
 * It knows no sockets, no protocols and no database. A door claims a name, enters with it and gets a session; from
 * then on it calls `say` and the others, which check at once and throw a `ChatError`, and its listener is given
 * everything that this session hears, in the one order that everybody sees. What `Chat` does is put together here;
 * each part of it has a file of its own.
 */
import type { ReadState, Search } from './archive.ts'
import { CatchUp, type Resumed } from './catch-up.ts'
import type { ChatOptions, RoomView, SayOptions } from './chat-options.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent, HistoryMessage } from './events.ts'
import type { Health } from './keeper.ts'
import type { NameClaim } from './name-claims.ts'
import { assemble, type Parts } from './parts.ts'
import { type Actor, authorize } from './permissions.ts'
import { Person, type PersonView } from './person.ts'
import type { Room } from './room.ts'
import { isPairKey, LOBBY } from './room-names.ts'
import { type Listener, Session } from './session.ts'
import { checkRemark } from './sizes.ts'
import type { HistoryQuery } from './store.ts'

export type { ChatOptions, RoomView, SayOptions } from './chat-options.ts'

export class Chat {
  readonly #options: ChatOptions
  readonly #parts: Parts

  constructor(options: ChatOptions) {
    this.#options = options
    this.#parts = assemble(options, (event) => this.#delivered(event))
  }

  // ---- Coming and going ----

  /**
   * Claims a name as near as possible to what was typed. Whoever gets the claim gives it to `enter` or, when their
   * connection has ended meanwhile, to `giveUp`. Rejects with `no-free-name`.
   */
  async claimName(typed: string): Promise<NameClaim> {
    this.#parts.flow.checkOpen()
    return this.#parts.naming.claim(typed)
  }

  giveUp(claim: NameClaim): void {
    this.#parts.naming.release(claim.id)
  }

  /**
   * Brings a person into the chat and its lobby. They hear nothing before everybody hears that they came. A session
   * hears the room that it looks at, or with `everywhere` all rooms that its person is in.
   */
  enter(
    claim: NameClaim,
    listener: Listener,
    { everywhere = false }: { everywhere?: boolean } = {},
  ): Session {
    const person = new Person(claim.id, claim.name)
    const session = new Session(person, listener, this.#parts.flow.attendance.lobby, everywhere)
    person.sessions.add(session)
    this.#parts.flow.attendance.add(person)
    this.#parts.flow.push({ kind: 'logged-in', from: person.ref })
    return session
  }

  /** Ends a session; at once for its listener, in its turn for everybody else. Idempotent. */
  leave(session: Session): void {
    const { person } = session
    this.#parts.flow.attendance.sessions.delete(session)
    if (!person.sessions.delete(session) || person.sessions.size > 0) return
    this.#parts.flow.push({ kind: 'disconnected', from: person.ref })
  }

  /**
   * Gives a person another name: what was typed, made fit, as the result says. Rejects with `name-taken`,
   * `name-reserved`, `in-progress`.
   */
  async rename(session: Session, typed: string): Promise<NameClaim> {
    this.#parts.flow.checkOpen()
    const { person } = session
    authorize(person, 'rename')
    const before = person.name
    const claim = await this.#parts.naming.change(person, typed)
    // Not waited for: whether the store can do this now is no reason against a name.
    const rooms = [...person.rooms.keys(), ...person.conversations.keys()]
    this.#parts.archive.carryReadPositions(before, claim.name, rooms).catch(this.#parts.storeFails)
    return claim
  }

  /** Says that somebody is away, or (undefined) back. Throws `remark-too-long`. */
  setAway(session: Session, text: string | undefined): void {
    const { person } = session
    authorize(person, 'set-away')
    checkRemark(text ?? '')
    person.away = text
    this.#parts.flow.pushOpen({ kind: 'away', from: person.ref, text })
  }

  // ---- Saying ----

  /** Says something in the room that the session looks at, or in another of its rooms. Throws `too-long`, `not-in-room`. */
  say(session: Session, text: string, options: SayOptions = {}): void {
    this.#parts.talk.send(session.person, 'said', options.room ?? session.view.name, text, options)
  }

  /** The same for an action: `act(session, 'waves')` is "* ann waves". */
  act(session: Session, text: string, options: SayOptions = {}): void {
    this.#parts.talk.send(session.person, 'action', options.room ?? session.view.name, text, options)
  }

  /** Says something to one person. Throws `no-such-person`, `that-is-you`, `too-long`. */
  tell(session: Session, name: string, text: string, options: SayOptions = {}): void {
    const { key } = this.#parts.directory.converse(session.person, name)
    this.#parts.talk.send(session.person, 'said', key, text, options)
  }

  /** Replaces the text of one's own message. Rejects with `no-such-message`, `not-yours`, `too-long`. */
  async edit(
    session: Session,
    messageId: string,
    text: string,
    room: string = session.view.name,
  ): Promise<void> {
    await this.#parts.talk.edit(session.person, room, messageId, text)
  }

  /** Takes a message back: one's own, or an operator any. Rejects with `no-such-message`, `not-yours`. */
  async delete(by: Session | Actor, messageId: string, room: string = viewOf(by)): Promise<void> {
    await this.#parts.talk.delete(actorOf(by), room, messageId)
  }

  /** Sets the room's topic; empty: none. Throws `remark-too-long`, `not-in-room`. */
  setTopic(by: Session | Actor, text: string, room: string = viewOf(by)): void {
    this.#parts.talk.setTopic(actorOf(by), room, text)
  }

  // ---- Rooms ----

  /**
   * Makes the session look at a room, and its person a member of it; a room that is not there begins. Throws
   * `bad-room-name`, `room-looks-alike`, `too-many-rooms`, `no-more-rooms`.
   */
  join(session: Session, typed: string): Room {
    return this.#parts.moves.join(session, typed)
  }

  /** Takes a person out of a room, who looks at the lobby then. Throws `not-in-room`, `lobby-stays`. */
  part(session: Session, typed: string = session.view.name): void {
    this.#parts.moves.part(session, typed)
  }

  /**
   * Makes the session look at a room that its person is in (`#den`), or at the conversation with somebody, by name
   * or key. Throws `not-in-room`, `no-such-person`, `that-is-you`.
   */
  look(session: Session, typed: string): Room {
    return this.#parts.moves.look(session, typed)
  }

  /** How many people are logged in, wherever they came in. */
  get population(): number {
    return this.#parts.directory.population
  }

  /** Everybody who is logged in, in the order in which they came; those who came in elsewhere after the others. */
  people(): readonly PersonView[] {
    return this.#parts.directory.people()
  }

  /** The rooms that somebody is in, and the lobby; the fullest first. */
  rooms(): readonly RoomView[] {
    return this.#parts.directory.rooms()
  }

  /** Who is in a room, or the two of a conversation. */
  members(room: Room): readonly PersonView[] {
    return this.#parts.directory.members(room)
  }

  // ---- What was said before ----

  /**
   * A page of messages as they are now, oldest first, of the room that the session looks at or another: at most
   * `LIMITS.historyPage`, fewer when they are long. Rejects with `store-failed`, `took-too-long`, `not-allowed`.
   */
  history(
    session: Session,
    query: Omit<HistoryQuery, 'room'> & { room?: string },
  ): Promise<readonly HistoryMessage[]> {
    return this.#parts.archive.history(session.person, { room: session.view.name, ...query })
  }

  /** Messages of all #rooms and of one's own conversations, newest first. Rejects as `history` does. */
  search(session: Session, search: Search): Promise<readonly HistoryMessage[]> {
    return this.#parts.archive.search(session.person, search)
  }

  /** How many messages of the lobby are kept. Rejects with `store-failed`, and after half a second `took-too-long`. */
  earlier(): Promise<number> {
    return this.#parts.archive.earlier()
  }

  /** A room's topic; empty: none. Rejects with `store-failed`. */
  async topic(room: string): Promise<string> {
    return (await this.#parts.archive.record(room))?.topic ?? ''
  }

  /** Notes that the session's person has read a room up to there. Rejects with `store-failed`, `not-allowed`. */
  read(session: Session, room: string, seq: number): Promise<void> {
    return this.#parts.archive.read(session.person, room, seq)
  }

  /** How far they have read in each of their rooms and conversations. Rejects with `store-failed`. */
  unread(session: Session): Promise<readonly ReadState[]> {
    return this.#parts.archive.unread(session.person)
  }

  /**
   * Gives the session everything of a room after `afterSeq`, then live, in one order: nothing twice, nothing left
   * out but what `skipped` counts. To be called in the same turn as `enter` or `join`, or the session has heard
   * something of it before. Rejects with `not-in-room`, `store-failed`; it goes on live then.
   */
  async resume(session: Session, room: string, afterSeq: number): Promise<Resumed> {
    authorize(session.person, isPairKey(room) ? 'read-conversation' : 'speak', room)
    const catchUp = new CatchUp(session, room)
    await this.settled()
    try {
      return await catchUp.run(afterSeq, this.#options)
    } catch (cause) {
      throw new ChatError('store-failed', undefined, cause)
    }
  }

  // ---- Keeping order ----

  /** Sends somebody out of the chat. Throws `not-allowed`, `no-such-person`, `is-elsewhere`, `remark-too-long`. */
  kick(by: Session | Actor, name: string, reason = ''): void {
    this.#parts.moderation.kick(actorOf(by), name, reason)
  }

  /** Says something to everybody, in whatever room. Throws `not-allowed`, `too-long`. */
  announce(by: Session | Actor, text: string): void {
    this.#parts.moderation.announce(actorOf(by), text)
  }

  // ---- Running ----

  /** How it is with keeping what is said. */
  get health(): Health {
    return this.#parts.flow.health
  }

  /** Resolves when everything that was done until now is delivered; undefined when it is. */
  settled(): Promise<void> | undefined {
    return this.#parts.flow.settled()
  }

  /** Undefined normally; else more is said than can be delivered, and a door stops reading until this resolves. */
  ready(): Promise<void> | undefined {
    return this.#parts.flow.ready()
  }

  /** From now on nothing is accepted, and leaving is silent. Resolves when all that was said is delivered. */
  async close(): Promise<void> {
    this.#parts.naming.close()
    await this.#parts.flow.close()
  }

  #delivered(event: ChatEvent): void {
    this.#parts.naming.delivered(event)
    this.#parts.moderation.delivered(event, (session) => this.leave(session))
  }
}

function actorOf(by: Session | Actor): Actor {
  return by instanceof Session ? by.person : by
}

function viewOf(by: Session | Actor): string {
  return by instanceof Session ? by.view.name : LOBBY
}
