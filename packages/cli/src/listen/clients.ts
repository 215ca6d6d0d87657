/** Who is connected to a listener: says who comes and goes, and sends to all of them. */
import { type Address, type CloseInfo, formatAddress, SocketError, type TcpSocket } from '@partyline/sockets'

/** A client that takes no byte for so many milliseconds, while others wait for it, is cut off. */
export const STALLED_MS = 10_000

/** One connection and what it is called. */
export interface Client {
  readonly socket: TcpSocket
  /** Its address, or `client 3` where there is none (a Unix-domain socket). */
  readonly label: string
}

export interface ClientsOptions {
  /** Gets a sentence about each that comes and goes. */
  readonly note: (words: string) => void
  /** Milliseconds. Default: `STALLED_MS`. */
  readonly stalledMs?: number | undefined
}

export class Clients {
  readonly #note: (words: string) => void
  readonly #stalledMs: number
  readonly #here = new Set<Client>()
  #number = 0

  constructor({ note, stalledMs = STALLED_MS }: ClientsOptions) {
    this.#note = note
    this.#stalledMs = stalledMs
  }

  get count(): number {
    return this.#here.size
  }

  enter(socket: TcpSocket): Client {
    this.#number += 1
    const client: Client = { socket, label: labelOf(socket.remote) ?? `client ${this.#number}` }
    this.#here.add(client)
    this.#note(`${client.label} connected (${this.count} here)`)
    return client
  }

  leave(client: Client, info: CloseInfo): void {
    if (this.#here.delete(client)) this.#note(farewell(client.label, info))
  }

  /**
   * Sends to everybody but `except`. Resolves when each has room for more, so that who reads slowly is not flooded;
   * one that takes nothing for `stalledMs` while others wait is cut off. Alone it may take all the time it wants.
   */
  async send(data: Uint8Array, except?: Client): Promise<void> {
    const others = [...this.#here].filter((client) => client !== except)
    await Promise.all(others.map((client) => this.#sendTo(client, data)))
  }

  /** Ends our side towards everybody: nothing more will come from here. */
  shutdown(): void {
    for (const { socket } of this.#here) void socket.shutdown().catch(ignoreSocketError)
  }

  async #sendTo({ socket }: Client, data: Uint8Array): Promise<void> {
    let waiting = socket.send(data, { timeout: this.#stalledMs })
    for (;;) {
      const taken = socket.bytesOut - socket.queued
      try {
        return await waiting
      } catch (error) {
        ignoreSocketError(error) // one that is gone is told of by its own end
        if (SocketError.is(error, 'send-queue-full')) return socket.abort(new Error(STALLED))
        if (!SocketError.is(error, 'timeout') || socket.state === 'closed') return
        const isStalled = socket.bytesOut - socket.queued === taken
        if (isStalled && this.count > 1) return socket.abort(new Error(STALLED))
        waiting = socket.flush({ timeout: this.#stalledMs })
      }
    }
  }
}

const STALLED = 'it takes nothing'

/** What is the network's doing; all else is a bug and goes on. */
export function ignoreSocketError(error: unknown): void {
  if (!SocketError.is(error)) throw error
}

/** Undefined for a peer without an address of its own. */
export function labelOf(remote: Address): string | undefined {
  return 'path' in remote && remote.path === '' ? undefined : formatAddress(remote)
}

/** How a connection ended, in words: `127.0.0.1:40112 closed after 2.1 s (received 14 B, sent 20 B)`. */
export function farewell(label: string, { by, error, bytesIn, bytesOut, ms }: CloseInfo): string {
  const facts = `after ${(ms / 1000).toFixed(1)} s (received ${bytesIn} B, sent ${bytesOut} B)`
  if (error === undefined) return `${label} closed ${facts}`
  if (by === 'us') return `${label} was cut off ${facts}: ${reasonOf(error)}`
  if (error.code === 'reset' || error.code === 'broken-pipe') return `${label} reset the connection ${facts}`
  if (by === 'timeout') return `${label} was closed ${facts}: ${reasonOf(error)}`
  return `${label} was lost ${facts}: ${reasonOf(error)}`
}

/** The words of an error without the address, which the sentence has already. */
export function reasonOf(error: SocketError): string {
  const { cause, remote, message } = error
  if (cause instanceof Error && error.code === 'closed') return cause.message
  const where = remote === undefined ? '' : `${formatAddress(remote)}: `
  return message.startsWith(where) ? message.slice(where.length) : message
}
