/**
 * One connection of the load generator, as cheap as node:net has them: every connection reads into the same
 * buffer, and whoever listens must be done with the bytes when it returns.
 */
import { connect, type Socket } from 'node:net'

/** A receive of the load generator gets at most so many bytes. */
const BUFFER = Buffer.alloc(65_536)
/** From one address so many connections: servers limit them. Linux has all of 127.0.0.0/8. */
const PER_ADDRESS = 200

export interface Ears {
  /** What came. The bytes are overwritten by the next receive of anybody. */
  hear(person: Person, bytes: Buffer): void
  /** The connection ended, and we had not left. */
  lost(person: Person, why: string): void
}

export class Person {
  /** 0, 1, 2 … */
  readonly index: number
  /** `p0000`, `p0001` …: all of one length, and no two alike. */
  readonly name: string
  readonly #socket: Socket

  /** `ears` is asked for at every receive, so that it may change. */
  constructor(index: number, port: number, ears: () => Ears) {
    this.index = index
    this.name = nameOf(index)
    const callback = (count: number): boolean => {
      ears().hear(this, BUFFER.subarray(0, count))
      return true
    }
    const localAddress = `127.0.1.${1 + Math.floor(index / PER_ADDRESS)}`
    const onread = { buffer: BUFFER, callback }
    this.#socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true, onread })
    let why = 'the server ended the connection'
    this.#socket.on('error', ({ message }) => {
      why = message
    })
    this.#socket.on('close', () => ears().lost(this, why))
  }

  say(text: string): void {
    this.#socket.write(text)
  }

  /** Goes without a word: nothing of the connection stays behind in the system. */
  leave(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.resetAndDestroy()
  }
}

/** People have names of one length, so that all lines have one length too. At most 10,000 of them. */
export function nameOf(index: number): string {
  return `p${String(index).padStart(4, '0')}`
}
