/** Chat servers with one fault each: the point that is about it finds it, and the chat without a fault has none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SocketError, TcpListener, type TcpSocket } from '@partyline/sockets'
import { failingPoints } from '../testing/failing-points.ts'
import { chat } from './servers/chat.ts'

const WELCOME = '-----\nWelcome to the mutants\n-----\nPlease enter your screen name:\n'
/** After so long a silence what came without a newline is a line, in milliseconds. */
const PAUSE_MS = 100

interface Person {
  readonly name: string
  readonly socket: TcpSocket
}

/** A small chat that does everything right; a mutant does one thing otherwise. */
class SmallChat {
  people: Person[] = []
  /** What stands on its own screen. */
  screen = ''

  async serve(socket: TcpSocket): Promise<void> {
    this.screen += 'Incoming Connection\n'
    try {
      await this.welcome(socket)
      await this.takePart(socket)
    } catch {
      // A connection that broke is one that has ended.
    } finally {
      this.screen += 'client disconnecting\n'
      this.leave(socket)
    }
  }

  async welcome(socket: TcpSocket): Promise<void> {
    await socket.send(WELCOME)
  }

  async takePart(socket: TcpSocket): Promise<void> {
    for await (const line of this.lines(socket)) {
      const person = this.people.find((one) => one.socket === socket)
      if (person === undefined) this.enter({ name: line, socket })
      else if (line === '/quit') return
      else this.say(person, line)
    }
  }

  /** Lines end with a newline, with or without a CR before it, with the end, or with a pause of who sends none. */
  async *lines(socket: TcpSocket): AsyncGenerator<string> {
    const decoder = new TextDecoder()
    let text = ''
    let sendsNewlines = false
    for (;;) {
      const op = text === '' || sendsNewlines ? {} : { timeout: PAUSE_MS }
      const bytes = await socket.recv(undefined, op).catch((error: unknown) => {
        if (!SocketError.is(error, 'timeout')) throw error
        return undefined
      })
      if (bytes) text += decoder.decode(bytes, { stream: true })
      const lines = text.split(/\r?\n/)
      sendsNewlines ||= lines.length > 1
      text = bytes ? (lines.pop() ?? '') : ''
      for (const line of lines) if (line !== '' && line.length < 1000) yield line
      if (bytes === null) return
    }
  }

  enter(person: Person): void {
    this.people.push(person)
    this.tellAll(`${person.name} logged in\n`)
  }

  say({ name }: Person, text: string): void {
    this.tellAll(`${name}::${text}\n`)
  }

  leave(socket: TcpSocket): void {
    const person = this.people.find((one) => one.socket === socket)
    if (person === undefined) return
    this.people = this.people.filter((one) => one !== person)
    this.tellAll(`${person.name} disconnected\n`)
  }

  tellAll(text: string): void {
    for (const { socket } of this.people) socket.trySend(text)
  }
}

class WaitsForTheClient extends SmallChat {
  override async welcome(socket: TcpSocket): Promise<void> {
    await socket.recv()
    await super.welcome(socket)
  }
}

class SendsColours extends SmallChat {
  override async welcome(socket: TcpSocket): Promise<void> {
    await socket.send(`\u001b[31m${WELCOME}`)
  }
}

class TellsTheOthersOnly extends SmallChat {
  override enter(person: Person): void {
    this.tellAll(`${person.name} logged in\n`)
    this.people.push(person)
  }
}

class DoesNotAnswerTheSender extends SmallChat {
  override say({ name, socket }: Person, text: string): void {
    for (const one of this.people) if (one.socket !== socket) one.socket.trySend(`${name}::${text}\n`)
  }
}

class KeepsTheCr extends SmallChat {
  override async *lines(socket: TcpSocket): AsyncGenerator<string> {
    for await (const bytes of socket) {
      for (const line of String(bytes).split('\n')) if (line !== '') yield line
    }
  }
}

class TakesPacketsForLines extends SmallChat {
  override async *lines(socket: TcpSocket): AsyncGenerator<string> {
    for await (const bytes of socket) if (String(bytes).trim() !== '') yield String(bytes).trim()
  }
}

class DecodesPackets extends SmallChat {
  override async *lines(socket: TcpSocket): AsyncGenerator<string> {
    let text = ''
    for await (const bytes of socket) {
      const lines = `${text}${String(bytes)}`.split('\n')
      text = lines.pop() ?? ''
      yield* lines
    }
  }
}

class WaitsForNewlines extends SmallChat {
  override lines(socket: TcpSocket): AsyncGenerator<string> {
    return socket.lines() as AsyncGenerator<string>
  }
}

class SaysNothingAtTheEnd extends SmallChat {
  override leave(socket: TcpSocket): void {
    this.people = this.people.filter((one) => one.socket !== socket)
  }
}

class KnowsNoQuit extends SmallChat {
  override async takePart(socket: TcpSocket): Promise<void> {
    for await (const line of this.lines(socket)) {
      const person = this.people.find((one) => one.socket === socket)
      if (person === undefined) this.enter({ name: line, socket })
      else this.say(person, line)
    }
  }
}

class HangsUpWithoutAWord extends SmallChat {
  override async takePart(socket: TcpSocket): Promise<void> {
    for await (const line of this.lines(socket)) {
      if (line === '/quit') return this.#forget(socket)
      this.enter({ name: line, socket })
    }
  }

  #forget(socket: TcpSocket): void {
    this.people = this.people.filter((one) => one.socket !== socket)
  }
}

/** A message is on its way until its sender does something else. */
class ForgetsTheLastMessage extends SmallChat {
  readonly #waiting = new Map<string, string>()

  override say(person: Person, text: string): void {
    const earlier = this.#waiting.get(person.name)
    this.#waiting.set(person.name, text)
    if (earlier !== undefined) super.say(person, earlier)
  }
}

/** The loop over everybody ends at the one who is gone, and nobody takes them off the list. */
class SendsToTheDead extends SmallChat {
  override leave(): void {}

  override tellAll(text: string): void {
    for (const { socket } of this.people) {
      if (socket.state === 'closed') return
      socket.trySend(text)
    }
  }
}

/** One after the other says who they are. */
class ServesOneAtATime extends SmallChat {
  #before: Promise<void> = Promise.resolve()

  override async welcome(socket: TcpSocket): Promise<void> {
    const before = this.#before
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#before = promise
    void socket.closed.then(() => resolve())
    await before
    await super.welcome(socket)
  }
}

class IsFullAfterALongLine extends SmallChat {
  #isFull = false

  override async *lines(socket: TcpSocket): AsyncGenerator<string> {
    for await (const line of socket.lines({ max: 100_000 })) {
      this.#isFull ||= line.length > 10_000
      if (!this.#isFull) yield line
    }
  }
}

class KeepsItsScreenEmpty extends SmallChat {
  override async serve(socket: TcpSocket): Promise<void> {
    await super.serve(socket)
    this.screen = ''
  }
}

const MUTANTS: readonly (readonly [fault: string, points: readonly string[], Server: new () => SmallChat])[] =
  [
    ['waits for the client', ['welcome'], WaitsForTheClient],
    ['sends colours', ['welcome'], SendsColours],
    ['tells the others only who came', ['logged-in'], TellsTheOthersOnly],
    ['does not answer the sender', ['message'], DoesNotAnswerTheSender],
    ['keeps the CR', ['crlf'], KeepsTheCr],
    ['takes packets for lines', ['split', 'joined'], TakesPacketsForLines],
    ['decodes packets', ['utf8'], DecodesPackets],
    ['waits for newlines', ['no-newline'], WaitsForNewlines],
    ['says nothing when somebody leaves', ['disconnected', 'quit', 'half-close'], SaysNothingAtTheEnd],
    ['knows no /quit', ['quit'], KnowsNoQuit],
    ['hangs up without a word', ['quit'], HangsUpWithoutAWord],
    ['forgets the last message', ['half-close'], ForgetsTheLastMessage],
    ['sends to the dead', ['reset'], SendsToTheDead],
    ['serves one at a time', ['slow-client'], ServesOneAtATime],
    ['is full after a long line', ['long-input'], IsFullAfterALongLine],
    ['keeps its screen empty', ['console'], KeepsItsScreenEmpty],
  ]

async function failing(server: SmallChat, points: readonly string[], waitMs?: number): Promise<string[]> {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const done = listener.serve((socket) => server.serve(socket), { onError: () => {} })
  const port = 'port' in listener.address ? listener.address.port : 0
  const log = {
    read: async (holds: (text: string) => boolean): Promise<string> => {
      for (let turn = 0; turn < 1000 && !holds(server.screen); turn += 1) await new Promise(setImmediate)
      return server.screen
    },
  }
  try {
    return await failingPoints('chat', points, port, waitMs === undefined ? { log } : { log, waitMs })
  } finally {
    await listener.close({ drain: 0 })
    await done
  }
}

describe('check chat', { concurrency: 8 }, () => {
  const all = chat.points.map(({ id }) => id)

  test('check chat finds nothing in the chat that the mutants are made of', async () => {
    assert.deepEqual(await failing(new SmallChat(), all, 5000), [])
  })

  for (const [fault, points, Server] of MUTANTS) {
    test(`check chat finds a server that ${fault}: ${points.join(', ')}`, async () => {
      assert.deepEqual(await failing(new Server(), points), points)
    })
  }

  test('check chat has no point that no mutant fails', () => {
    assert.deepEqual(new Set(MUTANTS.flatMap(([, points]) => points)), new Set(all))
  })
})
