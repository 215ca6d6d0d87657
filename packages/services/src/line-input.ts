/** What a line service shares with the others: somebody's lines one by one, and the answers to those that are none. */
import { type DecodedLine, looksLikeHttp, MAX_LINE_BYTES, plainHttpResponse } from '@partyline/protocols'
import { type ByteStream, type Op, SocketError } from '@partyline/sockets'
import { receiveLines } from './receive-lines.ts'

/** How long a line is waited for unless told otherwise, in milliseconds. */
export const LINE_TIME = 300_000

export class LineInput {
  readonly #socket: ByteStream
  readonly #lines: AsyncGenerator<DecodedLine, void, undefined>
  readonly #time: number
  #isFirst = true

  /** `op` is for each receive; its default `timeout` is `LINE_TIME`. */
  constructor(socket: ByteStream, { signal, timeout = LINE_TIME }: Op = {}) {
    this.#socket = socket
    this.#time = timeout
    this.#lines = receiveLines(socket, { signal, timeout })
  }

  /**
   * The next line, never an empty one; null when there will be none. A line that is too long is refused and the one
   * after it taken; who waits too long is told so. A browser gets an answer that it can show: a page must not be
   * able to make one send lines here. So a first line that is too long is the last: it may be a request's.
   */
  async next(): Promise<string | null> {
    for (let line = await this.#receive(); line !== undefined; line = await this.#receive()) {
      const isFirst = this.#isFirst
      this.#isFirst = false
      if ('tooLong' in line) {
        const refusal = `a line has at most ${MAX_LINE_BYTES} bytes\n`
        if (isFirst) return this.#end(refusal)
        await this.#socket.send(refusal)
      } else if (isFirst && looksLikeHttp(line.text)) {
        return this.#end(plainHttpResponse(400, 'Bad Request', 'This is no web server.\n'))
      } else return line.text
    }
    return null
  }

  async #receive(): Promise<DecodedLine | undefined> {
    try {
      const { value } = await this.#lines.next()
      return value ?? undefined
    } catch (error) {
      if (!SocketError.is(error, 'timeout')) throw error
      await this.#end(`nothing came for ${this.#time / 1000} seconds\n`)
      return undefined
    }
  }

  async #end(lastWords: string): Promise<null> {
    await this.#lines.return()
    await this.#socket.send(lastWords)
    return null
  }
}
