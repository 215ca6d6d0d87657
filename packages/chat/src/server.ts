/**
 * The whole chat server: the only place that picks a store and doors, and that knows in which order they open
 * and close.
 */
import type { InetAddress } from '@partyline/sockets'
import type { ServerConfig } from './config.ts'
import { Chat } from './core/chat.ts'
import type { Clock } from './core/clock.ts'
import type { Store } from './core/store.ts'
import { Console } from './doors/console/console.ts'
import type { Door } from './doors/door.ts'
import { faultLines } from './doors/fault-lines.ts'
import { openTextDoor } from './doors/text/door.ts'
import type { PaceLimits } from './doors/text/pace.ts'
import { uuidV7 } from './ids.ts'
import { openFilesLimit } from './open-files.ts'
import { MemoryStore } from './stores/memory.ts'
import { systemClock } from './system-clock.ts'

/** Where a server says what happens, and what tests put in place of the real thing. */
export interface ServerHooks {
  /** The exact words for standard output, one line without its ending: `Listening on :5000` and so on. */
  readonly announce: (line: string) => void
  /** For people and logs: one line without its ending, for standard error. */
  readonly log: (line: string) => void
  /** Default: the system's. */
  readonly clock?: Clock | undefined
  /** Default: a memory store. Closed with the server. */
  readonly store?: Store | undefined
  /** Makes unique ids that sort by time. Default: UUIDs of version 7. */
  readonly newId?: (() => string) | undefined
  /** Milliseconds of pace between commits under load. Default 10; 0 = every turn. */
  readonly commitWindow?: number | undefined
  /** How fast one client of the text door may talk. Default: 1000 lines at once, then 200 a second. */
  readonly pace?: PaceLimits | undefined
}

/** A running chat server. */
export interface ChatServer {
  /** The real port of the text door, the same on every address. */
  readonly textPort: number
  /** What the text door listens on. */
  readonly addresses: readonly InetAddress[]
  /** The operator's console: `quit` shuts the server down. */
  readonly console: { receive(line: string): void }
  /** Resolves when the server has ended, whoever ended it. Never rejects. */
  readonly closed: Promise<void>
  /**
   * Stops accepting, delivers what was said, says goodbye, flushes, closes the store: within 10 s. `reason` is
   * for the log. Idempotent; never rejects.
   */
  close(reason?: string): Promise<void>
}

/** Connections in all, if the system allows so many open files. */
const MAX_CONNECTIONS = 10_000
/** Open files that are left for everything else: the store, logs, the runtime. */
const OTHER_FILES = 64
/** Milliseconds for delivering what was said before the server began to close. */
const LAST_COMMITS = 1000

/**
 * Opens a chat server; resolves when it listens. Rejects with a `SocketError` (`op` is `listen`) when an address
 * cannot be had; then nothing stays open.
 */
export async function openServer(config: ServerConfig, hooks: ServerHooks): Promise<ChatServer> {
  const { clock = systemClock, commitWindow, pace } = hooks
  const announce = (line: string): void => hooks.announce(line)
  const log = (line: string): void => hooks.log(line)
  const store = hooks.store ?? new MemoryStore({ now: () => clock.now() })
  const newId = hooks.newId ?? uuidV7(() => clock.now())
  const chat = new Chat({
    store,
    clock,
    newId,
    commitWindow,
    onStoreFailure: (error) => storeLines(error).forEach(log),
  })
  const openFiles = openFilesLimit() ?? Number.POSITIVE_INFINITY
  const maxConnections = Math.max(1, Math.min(MAX_CONNECTIONS, openFiles - OTHER_FILES))
  const { hosts, textPort: port, name: title } = config
  const door = await openTextDoor({ hosts, port, title, chat, clock, maxConnections, pace, announce, log })
  return new Server({ chat, clock, door, store, announce, log })
}

interface Parts {
  readonly chat: Chat
  readonly clock: Clock
  readonly door: Door
  readonly store: Store
  readonly announce: (line: string) => void
  readonly log: (line: string) => void
}

class Server implements ChatServer {
  readonly textPort: number
  readonly addresses: readonly InetAddress[]
  readonly console: Console
  readonly closed: Promise<void>
  readonly #parts: Parts
  readonly #close: (reason: string | undefined) => void

  constructor(parts: Parts) {
    const { door, announce, log } = parts
    this.#parts = parts
    this.addresses = door.addresses
    this.textPort = door.addresses[0]?.port ?? 0
    const closing = Promise.withResolvers<string | undefined>()
    this.#close = closing.resolve
    this.closed = closing.promise.then((reason) => this.#shutDown(reason))
    this.console = new Console({ announce, log, quit: () => void this.close('quit at the console') })
    announce(`Listening on :${this.textPort}`)
  }

  close(reason?: string): Promise<void> {
    this.#close(reason)
    return this.closed
  }

  async #shutDown(reason: string | undefined): Promise<void> {
    const { chat, clock, door, store, log } = this.#parts
    if (reason !== undefined) log(`shutting down: ${reason}`)
    door.stop()
    await atMost(LAST_COMMITS, chat.close(), clock)
    await door.close()
    await store.close().catch((error: unknown) => storeLines(error).forEach(log))
  }
}

/** Waits for the work, but no longer than so many milliseconds. */
async function atMost(ms: number, work: Promise<void>, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = clock.after(ms, late.resolve)
  await Promise.race([work, late.promise])
  cancel()
}

function storeLines(error: unknown): readonly string[] {
  if (error === undefined) return ['the store works again']
  return faultLines('the store failed, the chat goes on without it', error)
}
