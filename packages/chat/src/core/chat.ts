/**
 * The chat itself: who is here, who is in which room, and who hears what.
 *
 * It knows no sockets, no protocols and no database. A door claims a name, enters with it and gets a session; from
 * then on it calls `say` and the others, which check at once and throw a `ChatError`, and its listener is given
 * everything that this session hears, in the one order that everybody sees. What `Chat` does is put together here;
 * each part of it has a file of its own.
 */
import type { ReadState, Search, Topic } from './archive.ts'
import { CatchUp, type Resumed } from './catch-up.ts'
import type {
  AttachOptions,
  ChatOptions,
  EnterOptions,
  ReactOptions,
  RoomView,
  SayOptions,
} from './chat-options.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent, HistoryMessage } from './events.ts'
import type { Health } from './keeper.ts'
import type { Conversation, ListedRoom } from './listings.ts'
import type { NameClaim } from './name-claims.ts'
import { assemble, type Parts } from './parts.ts'
import { type Actor, authorize } from './permissions.ts'
import type { PersonView } from './person.ts'
import type { Room } from './room.ts'
import { isPairKey, LOBBY } from './room-names.ts'
import { type Listener, personOf, Session } from './session.ts'
import type { HistoryQuery } from './store.ts'

export type {
  AttachOptions,
  ChatOptions,
  EnterOptions,
  ReactOptions,
  RoomView,
  SayOptions,
} from './chat-options.ts'

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
  enter(claim: NameClaim, listener: Listener, options: EnterOptions = {}): Session {
    return this.#parts.comings.enter(claim, listener, options)
  }

  /**
   * Gives the person of an open session one more: a second tab, or a connection that comes back before the old one is
   * known to be dead. Who may do that is the door's business. It hears from now on; `resume` right after it gives a
   * room without gap or double. Throws `not-allowed` when the person has left, `too-many-sessions` (of
   * `LIMITS.sessionsPerPerson`), `closing`, and what `look` throws.
   */
  attach(to: Session, listener: Listener, options: AttachOptions = {}): Session {
    return this.#parts.comings.attach(to, listener, options)
  }

  /**
   * Ends a session; at once for its listener, in its turn for everybody else. Idempotent. `reason`: why, if they said
   * so; of a longer one than `LIMITS.remarkBytes` only the beginning is told.
   */
  leave(session: Session, reason = ''): void {
    this.#parts.comings.leave(session, reason)
  }

  /**
   * Gives a person another name: what was typed, made fit, as the result says. Rejects with `name-taken`,
   * `name-reserved`, `in-progress`.
   */
  async rename(session: Session, typed: string): Promise<NameClaim> {
    return this.#parts.comings.rename(session, typed)
  }

  /** Says that somebody is away, or (undefined) back. Throws `remark-too-long`. */
  setAway(session: Session, text: string | undefined): void {
    this.#parts.comings.setAway(session, text)
  }

  // ---- Saying ----

  /** Says something in the room that the session looks at, or in another of its rooms. Throws `too-long`, `not-in-room`. */
  say(session: Session, text: string, options: SayOptions = {}): void {
    this.#parts.talk.send(session, 'said', text, options)
  }

  /** The same for an action: `act(session, 'waves')` is "* ann waves". */
  act(session: Session, text: string, options: SayOptions = {}): void {
    this.#parts.talk.send(session, 'action', text, options)
  }

  /** Says something to one person. Throws `no-such-person`, `that-is-you`, `too-long`. */
  tell(session: Session, name: string, text: string, options: SayOptions = {}): void {
    const { key } = this.#parts.directory.converse(personOf(session), name)
    this.#parts.talk.send(session, 'said', text, { ...options, room: key })
  }

  /** Replaces the text of one's own message. Rejects with `no-such-message`, `not-yours`, `too-long`. */
  async edit(
    session: Session,
    messageId: string,
    text: string,
    room: string = session.view.name,
  ): Promise<void> {
    await this.#parts.talk.edit(personOf(session), room, messageId, text, session)
  }

  /** Takes a message back: one's own, or an operator any. Rejects with `no-such-message`, `not-yours`. */
  async delete(by: Session | Actor, messageId: string, room: string = viewOf(by)): Promise<void> {
    await this.#parts.talk.delete(actorOf(by), room, messageId, originOf(by))
  }

  /**
   * Puts a reaction (an emoji, or up to `LIMITS.reactionLength` characters) to a message, or takes one's own back; what
   * would change nothing, nobody hears. Rejects with `no-such-message`, `bad-reaction`, `too-many-reactions`,
   * `not-in-room`, and in a conversation whose other one has left with `no-such-person`.
   */
  async react(session: Session, messageId: string, text: string, options: ReactOptions = {}): Promise<void> {
    const { room = session.view.name, remove = false } = options
    await this.#parts.talk.react(personOf(session), room, { target: messageId, text, remove }, session)
  }

  /** Sets the room's topic; empty: none. Throws `remark-too-long`, `not-in-room`. */
  setTopic(by: Session | Actor, text: string, room: string = viewOf(by)): void {
    this.#parts.talk.setTopic(actorOf(by), room, text, originOf(by))
  }

  /**
   * Through which session of this server an event came, of all that sessions do, from when it is delivered on: a door
   * knows by it what its own connection has said. Undefined for what came from another server, the console or the chat
   * itself. The answer keeps no session alive: one that has ended may be forgotten.
   */
  origin(event: ChatEvent): Session | undefined {
    return this.#parts.flow.origins.of(event)
  }

  // ---- Rooms ----

  /**
   * Makes the session look at a room, and its person a member of it; a room that is not there begins. Throws
   * `bad-room-name`, `room-looks-alike`, `too-many-rooms`, `no-more-rooms`.
   */
  join(session: Session, typed: string): Room {
    return this.#parts.moves.join(session, typed)
  }

  /**
   * Takes a person out of a room; their sessions that look at it look at the lobby then. `reason`: why, if they said
   * so. Throws `not-in-room`, `lobby-stays`, `remark-too-long`.
   */
  part(session: Session, typed: string = session.view.name, reason = ''): void {
    this.#parts.moves.part(session, typed, reason)
  }

  /**
   * Makes the session look at a room that its person is in (`#den`), or at the conversation with somebody, by name
   * or key. Throws `not-in-room`, `no-such-person`, `that-is-you`.
   */
  look(session: Session, typed: string): Room {
    return this.#parts.moves.look(session, typed)
  }

  // What these tell is what everybody has heard so far: nobody is shown in a room before their coming there is heard,
  // nor by a name before it is. What people may do at once is another matter.

  /** How many people are logged in, wherever they came in. */
  get population(): number {
    return this.#parts.directory.population
  }

  /** Everybody who is logged in, in the order in which they came; those who came in elsewhere after the others. */
  people(): readonly PersonView[] {
    return this.#parts.directory.people()
  }

  /** Somebody who is logged in, by any spelling that counts as their name (`ANN`, `1isa` for `lisa`). */
  person(name: string): PersonView | undefined {
    return this.#parts.directory.person(name)
  }

  /** The rooms that somebody is in, and the lobby; the fullest first. */
  rooms(): readonly RoomView[] {
    return this.#parts.directory.rooms()
  }

  /**
   * The rooms that somebody is in, and those in which something was kept: the fullest first, then the latest, at most
   * `LIMITS.roomList`. Rejects with `store-failed`, `took-too-long`.
   */
  listRooms(): Promise<readonly ListedRoom[]> {
    return this.#parts.listings.rooms()
  }

  /** Who is in a room, or the two of a conversation: the room itself, or its key. */
  members(room: Pick<Room, 'name'> | string): readonly PersonView[] {
    return this.#parts.directory.members(typeof room === 'string' ? room : room.name)
  }

  // ---- What was said before ----

  /**
   * A page of messages as they are now, oldest first, of the room that the session looks at or another: at most
   * `LIMITS.historyPage`, fewer when they are long. Rejects with `store-failed`, `took-too-long`, `not-allowed`.
   */
  async history(
    session: Session,
    query: Omit<HistoryQuery, 'room'> & { room?: string },
  ): Promise<readonly HistoryMessage[]> {
    return this.#parts.archive.history(personOf(session), { room: session.view.name, ...query })
  }

  /** Messages of all #rooms and of one's own conversations, newest first. Rejects as `history` does. */
  async search(session: Session, search: Search): Promise<readonly HistoryMessage[]> {
    return this.#parts.archive.search(personOf(session), search)
  }

  /** How many messages of the lobby are kept. Rejects with `store-failed`, and after half a second `took-too-long`. */
  earlier(): Promise<number> {
    return this.#parts.archive.earlier()
  }

  /** A room's topic, who set it and when; undefined: none. Rejects with `store-failed`, `took-too-long`. */
  topic(room: string): Promise<Topic | undefined> {
    return this.#parts.archive.topic(room)
  }

  /**
   * Notes that the session's person has read a room up to there, and tells their other sessions (`Listener.read`).
   * Rejects with `store-failed`, `took-too-long`, `not-allowed`.
   */
  async read(session: Session, room: string, seq: number): Promise<void> {
    await this.#parts.readMarks.read(session, room, seq)
  }

  /**
   * How far they have read in each of their rooms and conversations, and how many messages of others they have not
   * read yet, at most `STORE_LIMITS.unread` each. Rejects with `store-failed`, `took-too-long`.
   */
  async unread(session: Session): Promise<readonly ReadState[]> {
    return this.#parts.archive.unread(personOf(session))
  }

  /**
   * The private conversations of the session's person in which something was said, the newest first: of the
   * `LIMITS.conversationList` that they talked in last. Rejects with `store-failed`, `took-too-long`, `not-allowed`.
   */
  async conversations(session: Session): Promise<readonly Conversation[]> {
    return this.#parts.listings.conversations(personOf(session))
  }

  /**
   * Gives the session everything of a room after `afterSeq`, then live, in one order: nothing twice, nothing left
   * out but what `skipped` counts. To be called in the same turn as `enter`, `attach` or `join`, or the session has
   * heard something of it before. Rejects with `not-in-room`, `store-failed`; it goes on live then.
   */
  async resume(session: Session, room: string, afterSeq: number): Promise<Resumed> {
    authorize(personOf(session), isPairKey(room) ? 'read-conversation' : 'speak', room)
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
  return by instanceof Session ? personOf(by) : by
}

function originOf(by: Session | Actor): Session | undefined {
  return by instanceof Session ? by : undefined
}

function viewOf(by: Session | Actor): string {
  return by instanceof Session ? by.view.name : LOBBY
}
