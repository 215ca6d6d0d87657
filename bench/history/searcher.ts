/** Somebody who searches at the text door, and waits for each answer. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** An answer to a search. */
export interface Answer {
  /** From sending the line until the whole answer was there. */
  readonly ms: number
  /** Messages that were found and shown. */
  readonly found: number
}

interface Asking {
  readonly answered: PromiseWithResolvers<Answer>
  readonly askedAt: number
  found: number
}

export class Searcher {
  readonly #socket: Socket
  #asking: Asking | undefined

  private constructor(port: number, name: string) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.on('error', (error) => this.#lost(error))
    this.#socket.on('close', () => this.#lost(new Error(`${name} was lost`)))
    createInterface({ input: this.#socket }).on('line', (line) => this.#hear(line))
  }

  /** Comes in, and looks at a room: what is said in the lobby does not reach them there. */
  static async enter(port: number, name: string, room: string): Promise<Searcher> {
    const searcher = new Searcher(port, name)
    await once(searcher.#socket, 'connect')
    searcher.#socket.write(`${name}\n/join ${room}\n`)
    // Its answer comes after those to what was sent before it.
    await searcher.search(`in:${room}`)
    return searcher
  }

  /** Rejects when the answer is neither messages nor that there are none. One search at a time. */
  async search(words: string): Promise<Answer> {
    if (this.#asking !== undefined) throw new TypeError('the last search has not been answered')
    const asking = { answered: Promise.withResolvers<Answer>(), askedAt: performance.now(), found: 0 }
    this.#asking = asking
    this.#socket.write(`/search ${words}\n`)
    return await asking.answered.promise
  }

  leave(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.resetAndDestroy()
  }

  #hear(line: string): void {
    const asking = this.#asking
    if (asking === undefined) return
    const [, count] = /^-- (?:the newest )?(\d+) found, times in /.exec(line) ?? []
    if (count !== undefined) asking.found = Number(count)
    else if (END.test(line)) {
      this.#asking = undefined
      asking.answered.resolve({ ms: performance.now() - asking.askedAt, found: asking.found })
    } else if (REFUSED.test(line)) this.#lost(new Error(line))
  }

  #lost(error: Error): void {
    this.#asking?.answered.reject(error)
    this.#asking = undefined
  }
}

const END = /^-- (?:that is all|older ones: \/search|nothing was found)$/
const REFUSED = /^-- .*(?:took too long|cannot read|more: \/help search)/
