/** One client and one service with a memory between them, and a clock that a test moves by hand. */
import type { TestContext } from 'node:test'
import type { ByteStream } from '@partyline/sockets'
import { memoryPair } from '@partyline/sockets/testing'
import { collect } from './collect.ts'

/** A service that serves one connection. */
export type Serves = (socket: ByteStream) => Promise<void>

export class Conversation {
  readonly client: ByteStream
  /** Settles as the service does. */
  readonly done: Promise<void>
  readonly #test: TestContext

  /** `chunk`: the largest piece in which bytes arrive, on both sides. The time stands still from now on. */
  constructor(test: TestContext, serve: Serves, chunk?: number) {
    test.mock.timers.enable({ apis: ['setTimeout'] })
    const [client, server] = memoryPair({ chunk })
    this.client = client
    this.done = serve(server)
    this.done.catch(() => {}) // a test that leaves early ends it by an abort; who awaits it is told all the same
    this.#test = test
    test.after(() => {
      client.abort()
      server.abort()
    })
  }

  /** Lets everything happen that needs no time, and then so many milliseconds pass. */
  async pass(ms: number): Promise<void> {
    await settled()
    this.#test.mock.timers.tick(ms)
    await settled()
  }

  /** Everything that the service says from here on, to its end. */
  async rest(): Promise<string> {
    return Buffer.concat(await collect(this.client)).toString()
  }
}

/** Sends all of it, ends our side, and returns the whole answer. */
export async function answerTo(
  test: TestContext,
  serve: Serves,
  input: string | Uint8Array,
  chunk?: number,
): Promise<string> {
  const conversation = new Conversation(test, serve, chunk)
  await conversation.client.send(input)
  await conversation.client.shutdown()
  const answer = await conversation.rest()
  await conversation.done
  return answer
}

/** Many turns of the event loop: more than a memory needs to hand over what it has. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
}
