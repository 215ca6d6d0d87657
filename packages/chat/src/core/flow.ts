/**
 * The way of everything that happens in the chat: into the line, to the store, into the order of its room, and to
 * whoever hears it. Here the parts are put together; each has a file of its own.
 */
import { Attendance } from './attendance.ts'
import type { ChatOptions } from './chat-options.ts'
import { CommitQueue } from './commit-queue.ts'
import { deliver } from './delivery.ts'
import { ChatError } from './errors.ts'
import { type ChatEvent, EVENT_KINDS, isMessage } from './events.ts'
import { type Health, Keeper } from './keeper.ts'
import { Origins } from './origins.ts'
import { Others } from './others.ts'
import type { Person } from './person.ts'
import type { Session } from './session.ts'

export interface FlowOptions extends ChatOptions {
  /** Told of everything that has just been delivered. */
  readonly delivered: (event: ChatEvent) => void
  /** Told of somebody whose leaving is being delivered. */
  readonly gone: (person: Person) => void
}

const NOT_SAVING = 'the server cannot save messages right now: who is not here will not see what is said'
const SAVING = 'messages are saved again, and so is all that was said meanwhile'
const LOSING = 'so much is waiting to be saved that the oldest of it is lost'

export class Flow {
  readonly attendance: Attendance
  readonly keeper: Keeper
  readonly origins: Origins = new Origins()
  /** Only with a bus. */
  readonly others: Others | undefined
  readonly #options: FlowOptions
  readonly #queue: CommitQueue
  #closing = false
  /** What had been lost when the store failed last. */
  #lostBefore = 0

  constructor(options: FlowOptions) {
    const { store, clock, commitWindow: window = 10, bus } = options
    this.#options = options
    this.attendance = new Attendance({
      gone: (person) => {
        options.gone(person)
        this.others?.gone(person)
      },
      closed: (room) => this.others?.closed(room),
    })
    this.keeper = new Keeper({
      store,
      clock,
      storeFails: (error) => this.#storeFails(error),
      placed: (event, kept) => this.origins.carry(event, kept),
      spoolFull: () => this.push({ kind: 'notice', text: LOSING }),
      stored: (events, late) => this.others?.stored(events, late),
      spooled: (events) => this.others?.spooled(events),
    })
    this.#queue = new CommitQueue({
      clock,
      window,
      keep: (events) => this.#keep(events),
      deliver: (events) => this.#deliver(events),
    })
    if (bus === undefined) return
    this.others = new Others({
      bus,
      chat: options.newId(),
      store,
      clock,
      attendance: this.attendance,
      push: (event) => this.push(event),
      storeFails: (error) => options.onStoreFailure?.(error),
    })
  }

  /** Throws `closing` once `close` was called. */
  checkOpen(): void {
    if (this.#closing) throw new ChatError('closing')
  }

  get health(): Health {
    return this.keeper.health
  }

  /**
   * Puts an event into the line; while closing it is passed over. It is delivered later, never inside this call.
   * `origin`: the session that did it.
   */
  push(event: ChatEvent, origin?: Session): void {
    if (this.#closing) return
    if (origin !== undefined) {
      this.origins.note(event, origin)
      origin.person.seen.activeAt = this.#options.clock.now()
    }
    this.#queue.push(event)
  }

  /** The same for what somebody asks for: throws `closing` instead. */
  pushOpen(event: ChatEvent, origin?: Session): void {
    this.checkOpen()
    this.push(event, origin)
  }

  /** Resolves when everything pushed until now is delivered; undefined when it is. */
  settled(): Promise<void> | undefined {
    return this.#queue.settled()
  }

  /** Undefined as long as the line is short; else resolves when half of what may wait in it is left. */
  ready(): Promise<void> | undefined {
    return this.#queue.ready()
  }

  /** Nothing is pushed any more. Resolves when all that was is delivered, and stored if that can be. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#queue.settled()
    this.others?.close()
    await this.keeper.close()
  }

  #keep(events: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
    return this.others === undefined ? this.keeper.keep(events) : this.#keepInOrder(events, this.others)
  }

  async #keepInOrder(events: readonly ChatEvent[], others: Others): Promise<readonly ChatEvent[]> {
    await others.prepare(events)
    return others.place(await this.keeper.keep(events))
  }

  #deliver(events: readonly ChatEvent[]): void {
    const { attendance, others } = this
    deliver(
      events,
      {
        sessions: attendance.sessions,
        room: (key) => attendance.room(key),
        sessionsOf: (id) => attendance.sessionsOf(id),
        apply: (event) => this.#apply(event),
      },
      this.#options.clock,
    )
    for (const event of events) this.#options.delivered(event)
    if (others !== undefined && events.some((event) => this.#isOurs(event))) others.changed()
  }

  /** True for what changes somebody who came in here. */
  #isOurs(event: ChatEvent): boolean {
    if (EVENT_KINDS[event.kind].kept || !('from' in event) || event.from === undefined) return false
    return this.attendance.person(event.from.id) !== undefined
  }

  #apply(event: ChatEvent): void {
    if (this.others !== undefined) this.#applyFor(this.others, event)
    this.attendance.apply(event)
    if (!isMessage(event) || event.to === undefined) return
    this.attendance.person(event.from.id)?.converse(event.room, event.to)
    this.attendance.person(event.to.id)?.converse(event.room, event.from)
  }

  /** What somebody here does is told to the others; what others do is seen from now on. */
  #applyFor(others: Others, event: ChatEvent): void {
    if (event.kind === 'notice') return
    if (this.attendance.person(event.from.id) === undefined) others.apply(event)
    else if (event.kind === 'left' || event.kind === 'disconnected') others.went(event)
  }

  #storeFails(error: unknown): void {
    this.#options.onStoreFailure?.(error)
    const { lost } = this.health
    const meanwhile = lost - this.#lostBefore
    const text = error !== undefined ? NOT_SAVING : meanwhile === 0 ? SAVING : `${SAVING} but ${meanwhile}`
    this.#lostBefore = lost
    this.push({ kind: 'notice', text })
  }
}
