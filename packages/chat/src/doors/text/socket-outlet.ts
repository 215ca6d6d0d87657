/** A session's way out over a socket. */
import { formatAddress, type TcpSocket } from '@partyline/sockets'
import { SLOW, type WatchedOutlet } from '../slow-readers.ts'

export class SocketOutlet implements WatchedOutlet {
  readonly #socket: TcpSocket
  readonly #log: (line: string) => void
  #given = 0
  #isCut = false
  /** Nothing is taken any more, and not for slowness: the connection has ended, or broken. */
  #isOver = false

  constructor(socket: TcpSocket, log: (line: string) => void) {
    this.#socket = socket
    this.#log = log
  }

  trySend(data: Uint8Array): boolean {
    const queued = this.#socket.trySend(data)
    if (queued) this.#given += data.length
    else if (this.#socket.queued <= SLOW.bytes) this.#isOver = true
    return queued
  }

  get queued(): number {
    return this.#socket.queued
  }

  get taken(): number {
    return this.#given - this.#socket.queued
  }

  close(): void {
    void this.#socket.close()
  }

  cut(why: string): void {
    const { state, remote } = this.#socket
    if (this.#isCut || state === 'closed') return // said once: an abort takes effect a little later
    this.#isCut = true
    if (!this.#isOver) this.#log(`cut off ${formatAddress(remote)}: ${why}`)
    this.#socket.abort(new Error(why))
  }
}
