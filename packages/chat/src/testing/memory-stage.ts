/** A stage without sockets: a chat, text connections over outlets that keep what they are sent, and a fake clock. */
import { Chat } from '../core/chat.ts'
import type { Store } from '../core/store.ts'
import { Console } from '../doors/console/console.ts'
import { TextConnection } from '../doors/text/connection.ts'
import { TextSession } from '../doors/text/session.ts'
import { TextBroadcast } from '../doors/text/text-broadcast.ts'
import { MemoryStore } from '../stores/memory.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryOutlet } from './memory-outlet.ts'
import type { Client, Stage } from './transcript.ts'

export interface MemoryStageOptions {
  readonly store?: Store | undefined
  /** Default 0: everything is committed in the turn after it was said. */
  readonly commitWindow?: number | undefined
}

/** A client whose connection can be looked into. */
export interface MemoryClient extends Client {
  readonly outlet: MemoryOutlet
  readonly session: TextSession
  readonly connection: TextConnection
}

export class MemoryStage implements Stage {
  readonly clock: FakeClock = new FakeClock()
  readonly chat: Chat
  /** Faults of ours: a test that expects none checks that this is empty. */
  readonly faults: unknown[] = []
  /** What the console and the store had to say. */
  readonly log: string[] = []
  readonly #broadcast = new TextBroadcast()
  readonly #sessions = new Set<TextSession>()
  #ids = 0

  constructor({ store, commitWindow = 0 }: MemoryStageOptions = {}) {
    this.chat = new Chat({
      store: store ?? new MemoryStore({ now: () => this.clock.now() }),
      clock: this.clock,
      newId: () => this.newId(),
      commitWindow,
      onStoreFailure: (error) => this.log.push(error === undefined ? 'store works' : 'store fails'),
    })
  }

  newId(): string {
    this.#ids += 1
    return `id${this.#ids}`
  }

  async connect(): Promise<MemoryClient> {
    const { chat, clock } = this
    const outlet = new MemoryOutlet()
    const session = new TextSession(
      {
        chat,
        clock,
        broadcast: this.#broadcast,
        title: 'Partyline',
        howToJoin:
          'Partyline is a chat, and this is its text door. Join it from a terminal: nc 127.0.0.1 50000',
        onFault: (error) => this.faults.push(error),
      },
      outlet,
    )
    this.#sessions.add(session)
    const connection = new TextConnection({ chat, clock, session, outlet })
    await clock.settle()
    return new ClientInMemory(outlet, session, connection, clock)
  }

  async console(line: string): Promise<void> {
    const quit = Promise.withResolvers<void>()
    const console = new Console({
      announce: () => {},
      answer: (hint) => this.log.push(hint),
      chat: this.chat,
      quit: () => quit.resolve(this.#shutDown()),
    })
    console.receive(line)
    if (line === 'quit') await quit.promise
    await this.clock.settle()
  }

  async announced(): Promise<undefined> {}

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms)
  }

  async #shutDown(): Promise<void> {
    await this.chat.close()
    for (const session of this.#sessions) session.shutDown()
  }
}

class ClientInMemory implements MemoryClient {
  readonly outlet: MemoryOutlet
  readonly session: TextSession
  readonly connection: TextConnection
  readonly #clock: FakeClock
  readonly #lines: string[] = []

  constructor(outlet: MemoryOutlet, session: TextSession, connection: TextConnection, clock: FakeClock) {
    this.outlet = outlet
    this.session = session
    this.connection = connection
    this.#clock = clock
  }

  async send(bytes: Uint8Array): Promise<void> {
    void this.connection.feed(bytes)
    await this.#clock.settle()
  }

  async readLine(): Promise<string | null> {
    this.#lines.push(...this.outlet.lines())
    const line = this.#lines.shift()
    if (line !== undefined) return line
    if (this.outlet.ended !== undefined) return null
    throw new Error('nothing came')
  }

  async end(): Promise<void> {
    void this.connection.end()
    await this.#clock.settle()
  }

  async hangUp(): Promise<void> {
    this.connection.stop()
    this.session.hangUp()
    await this.#clock.settle()
  }
}
