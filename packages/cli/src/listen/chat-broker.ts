/**
 * `--chat`: each line of one client goes to all others as `<user1> text`. Names are given, not chosen, so nobody can
 * speak as somebody else; the person in front of the listener is `<operator>`, and sees everything.
 */
import {
  type DecodedLine,
  literal,
  type Printable,
  printable,
  TelnetDecoder,
  TextLineDecoder,
} from '@partyline/protocols'
import type { Client, Clients } from './clients.ts'
import type { Front } from './front.ts'
import { recvWithin } from './recv-within.ts'
import type { ClientHandler } from './serve-clients.ts'
import type { Leaving } from './talk-to-all.ts'

/** The longest line of a client, in bytes; a longer one is not passed on, and its writer is told. */
export const MAX_CHAT_LINE = 4096
const OPERATOR = printable('operator')

export interface ChatBrokerOptions extends Leaving {
  readonly clients: Clients
  readonly front: Front
  readonly note: (words: string) => void
  /** Lines go out with CR LF. */
  readonly crlf: boolean
}

/** Starts to take the operator's lines; what is returned plays each client. */
export function chatBroker(options: ChatBrokerOptions): ClientHandler {
  return new ChatBroker(options).client
}

class ChatBroker {
  readonly #options: ChatBrokerOptions
  readonly #typed = new TextLineDecoder({ max: MAX_CHAT_LINE })
  #number = 0

  constructor(options: ChatBrokerOptions) {
    this.#options = options
    const { front, whenAlone, leave, fail } = options
    front.start({
      data: (bytes) => this.#sayAll(this.#typed.feed(bytes)),
      end: () => {
        void this.#sayAll(this.#typed.end())
        if (front.isTerminal) whenAlone()
      },
      leave,
      fail,
    })
  }

  readonly client: ClientHandler = async (client, signal) => {
    const { clients, front } = this.#options
    this.#number += 1
    const name = literal`user${this.#number}`
    client.socket.trySend(this.#bytes(literal`* you are ${name}, ${clients.count} here`))
    await Promise.all([
      clients.send(this.#bytes(literal`* ${name} is here`), client),
      front.print(literal`* ${name} is here (${printable(client.label)})`), // addresses are for the operator only
    ])
    front.somebodyIsHere()
    try {
      for await (const line of chatLines(client, signal)) await this.#take(line, name, client)
    } finally {
      if (!signal.aborted) await this.#tell(literal`* ${name} has left`, client)
    }
  }

  async #take(line: DecodedLine, name: Printable, client: Client): Promise<void> {
    if ('text' in line) {
      await this.#tell(literal`<${name}> ${printable(line.text)}`, client)
    } else {
      const words = literal`* a line of ${line.tooLong} bytes was not passed on: at most ${MAX_CHAT_LINE}`
      client.socket.trySend(this.#bytes(words))
    }
  }

  async #sayAll(lines: readonly DecodedLine[]): Promise<void> {
    const { clients, front } = this.#options
    for (const line of lines) {
      if ('text' in line) {
        const said = literal`<${OPERATOR}> ${printable(line.text)}`
        // What a person typed is on the screen already.
        await Promise.all([clients.send(this.#bytes(said)), front.isTerminal || front.print(said)])
      } else this.#options.note(`a line of ${line.tooLong} bytes was not sent: at most ${MAX_CHAT_LINE}`)
    }
  }

  /** To everybody but its writer, and to the operator. */
  async #tell(line: Printable, writer: Client): Promise<void> {
    const { clients, front } = this.#options
    await Promise.all([clients.send(this.#bytes(line), writer), front.print(line)])
  }

  #bytes(line: Printable): Uint8Array {
    return Buffer.from(`${line}${this.#options.crlf ? '\r\n' : '\n'}`)
  }
}

/** The lines of one client. A client that never sends a newline ends its lines with silence. */
async function* chatLines({ socket }: Client, signal: AbortSignal): AsyncGenerator<DecodedLine> {
  const telnet = new TelnetDecoder()
  const lines = new TextLineDecoder({ max: MAX_CHAT_LINE })
  for (;;) {
    const bytes = await recvWithin(socket, { signal, timeout: lines.pauseAfter })
    if (bytes === null) break
    if (bytes === undefined) {
      yield* lines.pause()
      continue
    }
    const { data, reply } = telnet.feed(bytes)
    if (reply.length > 0) socket.trySend(reply)
    if (telnet.characterMode) lines.expectTypist()
    yield* lines.feed(data)
  }
  yield* lines.end()
}
