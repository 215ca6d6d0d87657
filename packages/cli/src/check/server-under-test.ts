/**
 * Somebody's server, where it listens or as a program that is started for every point. A server of the tutorials
 * serves one client and ends, so it is never probed: the connection that finds out whether it listens already is the
 * point's own.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { isLoopbackHost, SocketError, TcpSocket } from '@partyline/sockets'
import type { Destination } from '../destination.ts'
import type { Environment } from '../io.ts'
import { connectFailure } from '../network-sentences.ts'
import { Datagrams } from './datagrams.ts'
import { Evidence, type Facts } from './evidence.ts'
import { freePort } from './free-port.ts'
import { NobodyThere } from './nobody-there.ts'
import type { Account, LineEnd, Output, ServerPeer } from './point.ts'
import { Program } from './program.ts'
import { Fault, type Pace, Talk } from './talk.ts'
import { UdpLink } from './udp-link.ts'

/** How long a program may take until it listens, in milliseconds. */
const START_MS = 10_000
/** Between two tries while a program starts or stops, in milliseconds. */
const RETRY_MS = 20
/** How long a system may keep a port after its program has closed a connection, in milliseconds; and how often we try. */
const TIME_WAIT_MS = 65_000
const AGAIN_MS = 1000

const HELD_UP =
  'The system keeps the port for a minute, because the server closed first: waiting. With {port} in --start each start gets a free one; SO_REUSEADDR in the server spares it too.'

export interface ServerOptions extends Destination {
  readonly pace: Pace
  readonly account: Account
  /** 0, with a `start` that has {port} in it, for another free port at each start. */
  readonly port: number
  readonly transport: 'tcp' | 'udp'
  /** The command line that starts the server, for every point anew. Without it, it runs already. */
  readonly start?: string | undefined
  /** Tells why nothing happens for a while. */
  readonly note: (words: string) => void
  readonly env: Environment
  /** Names and marks are numbered from here: others than those of the check before, whose traces may still be there. */
  readonly firstNumber: number
  /** Where its output goes, when it does not go to us. */
  readonly log?: Output | undefined
}

export class ServerUnderTest implements ServerPeer {
  readonly pace: Pace
  readonly account: Account
  readonly isLocal: boolean
  lineEnd: LineEnd | undefined
  readonly #options: ServerOptions
  #evidence = new Evidence()
  #talks: Talk[] = []
  #links: UdpLink[] = []
  #program: Program | undefined
  #port: number
  #startedAt = 0
  #freeSince = 0
  #number: number
  #wasMet = false
  #wasHeldUp = false

  constructor(options: ServerOptions) {
    this.#options = options
    this.pace = options.pace
    this.#port = options.port
    this.#number = options.firstNumber
    this.account = options.account
    this.isLocal = isLoopbackHost(options.host) || options.host === 'localhost'
  }

  /** Begins a point: no connections, no evidence, and a fresh program if we start it. */
  async begin(): Promise<void> {
    this.#evidence = new Evidence()
    await this.fresh()
  }

  /** What was seen since `begin`. */
  facts(): Facts {
    return this.#evidence.facts()
  }

  /** Ends all connections and then the program. The other order would leave its port in TIME_WAIT. */
  async end(): Promise<void> {
    const talks = this.#talks.splice(0)
    if (this.#program === undefined) await Promise.all(talks.map((talk) => talk.drop()))
    else for (const talk of talks) talk.cut()
    this.#wasMet ||= this.#links.length > 0
    await Promise.all(this.#links.splice(0).map((link) => link.close()))
    await this.#program?.stop()
    this.#program = undefined
  }

  async fresh(): Promise<void> {
    if (this.#options.start === undefined) return
    await this.end()
    this.#freeSince = performance.now()
    await this.#launch()
  }

  async #launch(): Promise<void> {
    const { start = '', env, host, port, transport } = this.#options
    await this.#program?.stop()
    if (port === 0) this.#port = await freePort(transport, host)
    const line = start.replaceAll('{host}', host).replaceAll('{port}', String(this.#port))
    this.#program = Program.start(line, env)
    this.#startedAt = performance.now()
  }

  async again(run: () => Promise<void>): Promise<boolean> {
    const before = this.#evidence
    this.#evidence = new Evidence()
    try {
      await run()
      return true
    } catch (error) {
      if (!(error instanceof Fault || error instanceof NobodyThere)) throw error
      this.#evidence = before
      return false
    }
  }

  async connect(): Promise<Talk> {
    const log = this.#evidence.open()
    const isFirst = this.#talks.length === 0
    try {
      const talk = new Talk(await this.#dial(), log, this.pace)
      this.#talks.push(talk)
      this.#wasMet = true
      return talk
    } catch (error) {
      if (!SocketError.is(error, 'refused', 'timeout', 'reset')) throw this.#otherFailure(error)
      log.sent.mark('connect')
      log.expect('a connection')
      if (SocketError.is(error, 'refused')) log.came.mark(this.#refusal())
      else log.came.mark(SocketError.is(error, 'timeout') ? 'no answer' : 'RST')
      if (isFirst && SocketError.is(error, 'refused')) throw this.#nobodyThere(error)
      throw new Fault('not connected')
    }
  }

  async datagrams(): Promise<Datagrams> {
    const { host } = this.#options
    const port = this.#port
    const { signal } = this.pace
    try {
      const link = await UdpLink.open({
        host,
        port,
        signal,
        mayCome: () => this.#mayCome(),
        nobodyThere: (cause) => this.#nobodyThere(cause),
      })
      this.#links.push(link)
      return new Datagrams(link, this.#evidence.open(), this.pace)
    } catch (error) {
      throw this.#otherFailure(error)
    }
  }

  async hasStopped(): Promise<boolean> {
    const until = performance.now() + this.pace.waitMs
    while (!(await this.#refuses())) {
      if (performance.now() >= until) return false
      await delay(RETRY_MS, undefined, { signal: this.pace.signal })
    }
    return true
  }

  async isGone(): Promise<boolean> {
    return this.#options.start === undefined && (await this.#refuses())
  }

  nextNumber(): number {
    return this.#number++
  }

  get output(): Output | undefined {
    const program = this.#program
    if (this.#options.log !== undefined || program === undefined) return this.#options.log
    return {
      read: async (holds) => {
        await program.writesWithin(this.pace.waitMs, this.pace.signal, holds)
        return program.output
      },
    }
  }

  async #dial(): Promise<TcpSocket> {
    const { host } = this.#options
    for (;;) {
      const port = this.#port // another one after a new start
      try {
        return await TcpSocket.connect({ host, port, timeout: this.pace.waitMs, signal: this.pace.signal })
      } catch (error) {
        // Only until it has listened once: a program that does not listen any more does not come back.
        if (!SocketError.is(error, 'refused') || this.#talks.length > 0 || !this.#mayCome()) throw error
        await delay(RETRY_MS, undefined, { signal: this.pace.signal })
        if (this.#isHeldUp()) await this.#startLater()
      }
    }
  }

  async #refuses(): Promise<boolean> {
    const { host } = this.#options
    const port = this.#port
    try {
      const socket = await TcpSocket.connect({
        host,
        port,
        timeout: this.pace.waitMs,
        signal: this.pace.signal,
      })
      await socket.close()
      return false
    } catch (error) {
      if (!SocketError.is(error, 'refused', 'reset', 'timeout')) throw error
      return error.code === 'refused'
    }
  }

  #mayCome(): boolean {
    const program = this.#program
    if (program?.ended !== undefined) return this.#isHeldUp()
    return program !== undefined && performance.now() - this.#startedAt < START_MS
  }

  /**
   * True when it could not listen because the port is still in TIME_WAIT: the program before it was the first to
   * close, in the same moment as we. That is nobody's fault, and over after a minute.
   */
  #isHeldUp(): boolean {
    const program = this.#program
    const inUse = program?.ended !== undefined && /address already in use|EADDRINUSE/i.test(program.errors)
    return inUse && this.#options.transport === 'tcp' && performance.now() - this.#freeSince < TIME_WAIT_MS
  }

  async #startLater(): Promise<void> {
    if (!this.#wasHeldUp) this.#options.note(HELD_UP)
    this.#wasHeldUp = true
    await delay(AGAIN_MS, undefined, { signal: this.pace.signal })
    await this.#launch()
  }

  /** A program that we start and that has listened before fails one point when it does not; the next may hold. */
  #nobodyThere(cause: SocketError): Error {
    const isGone = this.#options.start === undefined || !this.#wasMet
    return isGone ? new NobodyThere(this.#refusal(), { cause }) : new Fault(this.#refusal())
  }

  #refusal(): string {
    const program = this.#program
    if (this.#talks.length > 0 || program === undefined) return 'nobody listens any more (connection refused)'
    const lastWords = program.errors.split('\n').findLast((line) => /^\S/.test(line)) ?? ''
    const ended = program.ended === undefined ? 'it does not listen' : `it ended (${program.ended})`
    return lastWords === '' ? ended : `${ended}: ${lastWords}`
  }

  #otherFailure(error: unknown): unknown {
    if (!SocketError.is(error) || error.code === 'aborted') return error
    return connectFailure(error, { host: this.#options.host, port: this.#port })
  }
}
