/**
 * The whole chat server: the only place that picks a store and doors, and that knows in which order they open
 * and close.
 */
import type { InetAddress } from '@partyline/sockets'
import type { ServerConfig } from './config.ts'
import type { Chat } from './core/chat.ts'
import type { Clock } from './core/clock.ts'
import type { Store } from './core/store.ts'
import type { AdminDoor } from './doors/admin/admin-door.ts'
import type { Console } from './doors/console/console.ts'
import type { Door } from './doors/door.ts'
import { faultLines } from './doors/fault-lines.ts'
import type { Log } from './doors/log.ts'
import { type PaceLimits, UNPACED } from './doors/text/pace.ts'
import { uuidV7 } from './ids.ts'
import { measuredStore } from './measured-store.ts'
import { openFilesLimit } from './open-files.ts'
import { type Keeping, openStore } from './open-store.ts'
import { systemClock } from './system-clock.ts'
import type { Watch } from './watch.ts'

/** Where a server says what happens, and what tests put in place of the real thing. */
export interface ServerHooks {
  /** The exact words for standard output, one line without its ending: `Listening on :5000` and so on. */
  readonly announce: (line: string) => void
  /** For people and logs: one line without its ending, for standard error. */
  readonly log: Log
  /** For the operator who typed something at the console: one line without its ending. Default: it is logged. */
  readonly answer?: ((line: string) => void) | undefined
  /** Default: the system's. */
  readonly clock?: Clock | undefined
  /** Default: a memory store. Closed with the server. */
  readonly store?: Store | undefined
  /** Makes unique ids that sort by time. Default: UUIDs of version 7. */
  readonly newId?: (() => string) | undefined
  /** In place of the setting. */
  readonly commitWindow?: number | undefined
  /** How fast one client of the text door may talk, in place of the setting. */
  readonly pace?: PaceLimits | undefined
}

/** A running chat server. */
export interface ChatServer {
  /** The real port of the text door, the same on every address. */
  readonly textPort: number
  /** What the text door listens on. */
  readonly addresses: readonly InetAddress[]
  /** Where `/healthz` and `/metrics` are; empty unless the settings have a port for them. */
  readonly statusAddresses: readonly InetAddress[]
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

/** Connections in all, if the system allows so many open files and the settings say nothing else. */
const MAX_CONNECTIONS = 10_000
/** Open files that are left for everything else: the store, logs, the runtime. */
const OTHER_FILES = 64
/** Milliseconds for delivering what was said before the server began to close. */
const LAST_COMMITS = 1000

/**
 * Opens a chat server; resolves when it listens. Rejects with a `SocketError` (`op` is `listen`) when an address
 * cannot be had, and with a `StatusDoorError` when that of the status door cannot; then nothing stays open.
 */
export async function openServer(config: ServerConfig, hooks: ServerHooks): Promise<ChatServer> {
  const { clock = systemClock, commitWindow = config.commitWindow } = hooks
  const pace = hooks.pace ?? (config.rateLimit === false ? UNPACED : undefined)
  const announce = (line: string): void => hooks.announce(line)
  const log: Log = (line, level) => hooks.log(line, level)
  const answer = (line: string): void => (hooks.answer ?? log)(line)
  const { webPort } = config
  // The store's thread starts while the rest is loaded: that is most of the time until we listen.
  const [keeping, { Chat }, { openTextDoor }, { Console }, watch] = await Promise.all([
    keepingOf(hooks.store, () => openStore(config, clock, log)),
    import('./core/chat.ts'),
    import('./doors/text/door.ts'),
    import('./doors/console/console.ts'),
    webPort === undefined ? undefined : openWatch(log),
  ])
  const store =
    watch === undefined
      ? keeping.store
      : measuredStore(
          keeping.store,
          () => clock.ticks(),
          (commit) => watch.committed(commit),
        )
  const newId = hooks.newId ?? uuidV7(() => clock.now())
  const chat = new Chat({
    store,
    clock,
    newId,
    commitWindow,
    onStoreFailure: (error) => logStore(error, log),
  })
  const openFiles = openFilesLimit() ?? Number.POSITIVE_INFINITY
  const wanted = config.maxConnections ?? MAX_CONNECTIONS
  const maxConnections = Math.max(1, Math.min(wanted, openFiles - OTHER_FILES))
  const { hosts, textPort: port, name: title } = config
  let door: Door | undefined
  try {
    door = await openTextDoor({ hosts, port, title, chat, clock, maxConnections, pace, announce, log })
    await watch?.open(webPort ?? 0, { chat, door })
    const openConsole = (quit: () => void): Console => new Console({ announce, answer, chat, quit })
    const server = new Server({ chat, clock, door, keeping, announce, openConsole, log, watch })
    await server.openAdminDoor()
    return server
  } catch (error) {
    await Promise.all([door?.close(), chat.close()])
    await keeping.close()
    throw error
  }
}

/** What the settings say, unless a store was given. */
async function keepingOf(store: Store | undefined, open: () => Promise<Keeping>): Promise<Keeping> {
  return store === undefined ? open() : { store, folder: undefined, close: () => store.close() }
}

async function openWatch(log: Log): Promise<Watch> {
  const { Watch: Loaded } = await import('./watch.ts') // few servers are watched
  return new Loaded(log)
}

interface Parts {
  readonly chat: Chat
  readonly clock: Clock
  readonly door: Door
  readonly keeping: Keeping
  readonly announce: (line: string) => void
  readonly openConsole: (quit: () => void) => Console
  readonly log: Log
  readonly watch: Watch | undefined
}

class Server implements ChatServer {
  readonly textPort: number
  readonly addresses: readonly InetAddress[]
  readonly statusAddresses: readonly InetAddress[]
  readonly console: Console
  readonly closed: Promise<void>
  readonly #parts: Parts
  #admin: AdminDoor | undefined
  readonly #close: (reason: string | undefined) => void

  constructor(parts: Parts) {
    const { door, announce, openConsole, watch } = parts
    this.#parts = parts
    this.addresses = door.addresses
    this.statusAddresses = watch?.addresses ?? []
    this.textPort = door.addresses[0]?.port ?? 0
    const closing = Promise.withResolvers<string | undefined>()
    this.#close = closing.resolve
    this.closed = closing.promise.then((reason) => this.#shutDown(reason))
    this.console = openConsole(() => void this.close('quit at the console'))
    announce(`Listening on :${this.textPort}`)
    void watch?.start()
  }

  /** Lets `partyline admin` in, where there is a folder for its socket. */
  async openAdminDoor(): Promise<void> {
    const { chat, keeping, log } = this.#parts
    if (keeping.folder === undefined) return
    const { openAdminDoor } = await import('./doors/admin/admin-door.ts') // nobody waits for it
    const path = keeping.folder.adminSocket
    this.#admin = await openAdminDoor({
      path,
      chat,
      log,
      quit: () => void this.close('quit by partyline admin'),
    })
  }

  close(reason?: string): Promise<void> {
    this.#close(reason)
    return this.closed
  }

  async #shutDown(reason: string | undefined): Promise<void> {
    const { chat, clock, door, keeping, log, watch } = this.#parts
    if (reason !== undefined) log(`shutting down: ${reason}`)
    watch?.closing()
    door.stop()
    await this.#admin?.close()
    await atMost(LAST_COMMITS, chat.close(), clock)
    await door.close()
    await keeping.close().catch((error: unknown) => logStore(error, log))
    await watch?.close()
  }
}

/** Waits for the work, but no longer than so many milliseconds. */
async function atMost(ms: number, work: Promise<void>, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = clock.after(ms, late.resolve)
  await Promise.race([work, late.promise])
  cancel()
}

function logStore(error: unknown, log: Log): void {
  if (error === undefined) log('the store works again')
  else
    for (const line of faultLines('the store failed, the chat goes on without it', error)) log(line, 'error')
}
