/**
 * Somebody's client: started for every point with a command line, or by its author when we say so. The checker
 * listens, on the same port for all points.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { formatHostPort, SocketError, TcpListener, UdpSocket } from '@partyline/sockets'
import type { Environment } from '../io.ts'
import { listenFailure } from '../network-sentences.ts'
import { type DatagramLink, Datagrams } from './datagrams.ts'
import { Evidence, type Facts } from './evidence.ts'
import { freePort } from './free-port.ts'
import type { ClientPeer, Stage } from './point.ts'
import { Program } from './program.ts'
import { Fault, type Pace, Talk } from './talk.ts'

/** How long a program may take until it connects, in milliseconds. */
const START_MS = 10_000
/** How long a person may take to type something, in milliseconds. */
const TYPING_MS = 60_000
/** A person may take all day to start a client. */
const FOR_EVER = 2_147_483_647

export interface ClientOptions {
  /** The exercise, for sentences. */
  readonly name: string
  readonly host: string
  /** 0 for a free one. */
  readonly port: number
  readonly transport: 'tcp' | 'udp'
  readonly pace: Pace
  /** The command line that starts the client, with {host} and {port} in it. Without it, a person starts it. */
  readonly run?: string | undefined
  readonly env: Environment
  /** Asks the person to start the client for the point with this number, from 1. */
  readonly invite: (where: string, nth: number) => void
}

export class ClientUnderTest implements ClientPeer {
  readonly pace: Pace
  readonly typingMs: number
  readonly #options: ClientOptions
  readonly #listener: TcpListener | undefined
  #socket: UdpSocket | undefined
  readonly #port: number
  #evidence = new Evidence()
  #talks: Talk[] = []
  #programs: Program[] = []
  #point = 0

  private constructor(options: ClientOptions, listener?: TcpListener, socket?: UdpSocket) {
    this.#options = options
    this.#listener = listener
    this.#socket = socket
    this.pace = options.pace
    this.typingMs = options.run === undefined ? TYPING_MS : options.pace.waitMs
    const address = listener?.address ?? socket?.local
    this.#port = address !== undefined && 'port' in address ? address.port : 0
  }

  /** Listens. Rejects with a CommandError when that is not possible. */
  static async open(options: ClientOptions): Promise<ClientUnderTest> {
    const { name, host, port, transport } = options
    try {
      if (transport === 'udp')
        return new ClientUnderTest(options, undefined, await UdpSocket.bind(port, host))
      return new ClientUnderTest(options, await TcpListener.listen(port, host))
    } catch (error) {
      throw listenFailure(error, port, { command: `partyline check client ${name}` })
    }
  }

  async begin(): Promise<void> {
    this.#evidence = new Evidence()
    this.#point += 1
    const { host, run, invite } = this.#options
    if (run === undefined) invite(formatHostPort(host, this.#port), this.#point)
    else this.#start(run, this.#port)
  }

  facts(): Facts {
    return this.#evidence.facts()
  }

  async isGone(): Promise<boolean> {
    return false
  }

  async end(): Promise<void> {
    await Promise.all(this.#talks.splice(0).map((talk) => talk.drop()))
    await Promise.all(this.#programs.splice(0).map((program) => program.stop()))
    if (this.#socket?.remote === undefined) return
    // It belongs to that client now; the next one gets a new one on the same port.
    await this.#socket.close()
    this.#socket = await UdpSocket.bind(this.#port, this.#options.host)
  }

  async close(): Promise<void> {
    await this.#listener?.close({ drain: 0 })
    await this.#socket?.close()
  }

  get program(): Program | undefined {
    return this.#programs[0]
  }

  async accept(): Promise<Talk> {
    const log = this.#evidence.open()
    const { signal } = this.pace
    const timeout = this.program === undefined ? FOR_EVER : START_MS
    const ended = new AbortController()
    const watch = this.program?.endsWithin(START_MS, AbortSignal.any([signal, ended.signal])).then(
      (left) => left && ended.abort(),
      () => {},
    )
    try {
      const stream = await this.#listener?.accept({
        timeout,
        signal: AbortSignal.any([signal, ended.signal]),
      })
      if (stream === undefined) throw new TypeError('this client has no connections')
      const talk = new Talk(stream, log, this.pace)
      this.#talks.push(talk)
      return talk
    } catch (error) {
      if (signal.aborted || !SocketError.is(error, 'timeout', 'aborted')) throw error
      log.expect('that it connects')
      log.came.mark(this.program?.ended === undefined ? 'no connection' : `it ended (${this.program.ended})`)
      throw new Fault('no connection')
    } finally {
      ended.abort()
      await watch
    }
  }

  async datagrams(): Promise<Datagrams> {
    const socket = this.#socket
    if (socket === undefined) throw new TypeError('this client has no datagrams')
    const { signal } = this.pace
    const link: DatagramLink = {
      send: (data) => socket.send(data),
      async recv(timeout) {
        const { data, from } = await socket.recvFrom({ timeout, signal })
        // From now on it talks to this client alone, and hears when its system refuses an answer.
        if (socket.remote === undefined) await socket.connect(from.port, from.host)
        return data
      },
    }
    return new Datagrams(link, this.#evidence.open(), this.pace)
  }

  pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.pace.signal })
  }

  async startNowhere(): Promise<{ program: Program; talk: Stage }> {
    const { run, host } = this.#options
    if (run === undefined) throw new TypeError('a person starts this client')
    await Promise.all(this.#programs.splice(0).map((program) => program.stop()))
    const program = this.#start(run, await freePort('tcp', host))
    const log = this.#evidence.open()
    const talk: Stage = {
      expecting: (words) => log.expect(words),
      fault(words) {
        log.came.mark(words)
        throw new Fault(words)
      },
    }
    return { program, talk }
  }

  #start(commandLine: string, port: number): Program {
    const { host, env } = this.#options
    const line = commandLine.replaceAll('{host}', host).replaceAll('{port}', String(port))
    const program = Program.start(line, env)
    this.#programs.push(program)
    return program
  }
}
