/** The people of the load generator: those who read, and those who have stopped for ever. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Ears, nameOf, Person } from '../chat/person.ts'
import type { Company, Heard, Talk } from './questions.ts'
import { Speech } from './speech.ts'

const PROMPT = 'Please enter your screen name:'
/** Connections that are being made at once. */
const CONNECTING = 50
/** Where the sleepers come from: none of the readers' addresses, whose number a server limits. */
const SLEEPERS_ADDRESS = '127.0.2.1'
const NEWLINE = 10

export class Gathering implements Ears {
  readonly #readers: Person[] = []
  readonly #sleepers = new Map<string, Socket>()
  /** The beginning of a line whose end has not come, by reader. */
  readonly #rests: Buffer[] = []
  /** What somebody waits for, as the reader's number and the line. */
  readonly #awaited = new Map<string, () => void>()
  readonly #failed: PromiseWithResolvers<never> = Promise.withResolvers()
  #speech: Speech | undefined

  constructor() {
    this.#failed.promise.catch(() => {}) // whoever waits at that moment is told
  }

  /** Resolves when everybody is in, and has heard everything about it. */
  async gather(port: number, { readers, sleepers }: Company): Promise<void> {
    const lane = async (): Promise<void> => {
      while (this.#readers.length < readers) await this.#enter(port)
    }
    await this.#all(Array.from({ length: CONNECTING }, lane))
    for (let i = 0; i < sleepers; i++) await this.#putToSleep(port, nameOf(readers + i))
    const [speaker] = this.#readers
    speaker?.say('begin\n')
    await this.#all(this.#readers.map(({ index }) => this.#line(index, `${nameOf(0)}::begin`)))
  }

  async talk(talk: Talk): Promise<Heard> {
    const [speaker] = this.#readers
    const speech = new Speech(
      {
        readers: this.#readers.length,
        speaker: nameOf(0),
        say: (line) => speaker?.say(line),
        isFarewell: (line) => this.#sleepers.has(line.replace(/ disconnected$/, '')),
      },
      talk,
    )
    this.#speech = speech
    speech.begin()
    return await Promise.race([speech.ended, this.#failed.promise])
  }

  wake(): void {
    for (const sleeper of this.#sleepers.values()) sleeper.resetAndDestroy()
  }

  leave(): void {
    this.wake()
    this.#speech = undefined
    for (const reader of this.#readers) reader.leave()
    this.#readers.length = 0
    this.#rests.length = 0
    this.#sleepers.clear()
  }

  hear({ index }: Person, bytes: Buffer): void {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const rest = this.#rests[index]
      const piece = bytes.subarray(start, end)
      this.#heard(index, rest === undefined || rest.length === 0 ? piece : Buffer.concat([rest, piece]))
      this.#rests[index] = NONE
      start = end + 1
    }
    if (start < bytes.length) {
      this.#rests[index] = Buffer.concat([this.#rests[index] ?? NONE, bytes.subarray(start)])
    }
  }

  lost({ name }: Person, why: string): void {
    this.#failed.reject(new Error(`${name} was lost: ${why}`))
  }

  #heard(reader: number, line: Buffer): void {
    if (this.#speech !== undefined) {
      this.#speech.hear(reader, line)
      return
    }
    const key = `${reader} ${line.toString('latin1')}`
    this.#awaited.get(key)?.()
    this.#awaited.delete(key)
  }

  async #enter(port: number): Promise<void> {
    const { length } = this.#readers
    const asked = this.#line(length, PROMPT)
    const person = new Person(length, port, () => this)
    this.#readers.push(person)
    await asked
    const entered = this.#line(length, `${person.name} logged in`)
    person.say(`${person.name}\n`)
    await entered
  }

  /** Nobody listens for data, so that what comes stays in the buffers of this process and of the system. */
  async #putToSleep(port: number, name: string): Promise<void> {
    const entered = this.#line(0, `${name} logged in`)
    const socket = connect({ host: '127.0.0.1', port, localAddress: SLEEPERS_ADDRESS })
    this.#sleepers.set(name, socket)
    await once(socket, 'connect')
    socket.on('error', () => {}) // cut off, as it should be
    socket.write(`${name}\n`)
    await this.#all([entered])
  }

  /** Resolves when this reader hears this line. */
  #line(reader: number, line: string): Promise<void> {
    const heard = Promise.withResolvers<void>()
    this.#awaited.set(`${reader} ${line}`, heard.resolve)
    return heard.promise
  }

  async #all(work: readonly Promise<void>[]): Promise<void> {
    await Promise.race([Promise.all(work), this.#failed.promise])
  }
}

const NONE = Buffer.alloc(0)
