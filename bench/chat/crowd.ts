/** The people of the load generator: they connect, log in and talk, and check everything that they hear. */
import { Conversation, type Heard } from './conversation.ts'
import { type Ears, Person } from './person.ts'
import type { Talk } from './scenarios.ts'

const PROMPT = 'Please enter your screen name:\n'
/** Bytes of a welcome, at most. */
const LONGEST_WELCOME = 4096
/** Connections that are being made at once: fewer than any server's queue holds. */
const CONNECTING = 100
/** Characters that an error repeats of what was heard. */
const QUOTED = 200

export class Crowd {
  readonly #people: Person[] = []
  #ears: Ears
  /** What was heard while nobody said anything: told when something is asked of the crowd again. */
  #unasked: Error | undefined
  readonly #silence: Ears = {
    hear: ({ name }, bytes) => {
      this.#unasked ??= new Error(`${name} heard something unasked: ${quote(bytes.toString('latin1'))}`)
    },
    lost: (person, why) => {
      this.#unasked ??= lost(person, why)
    },
  }

  constructor() {
    this.#ears = this.#silence
  }

  /** Connects so many people. Resolves when each of them was welcomed and asked for a name. */
  async connect(port: number, people: number): Promise<void> {
    const welcome = new Welcome()
    await this.#during(welcome, async () => {
      const lane = async (): Promise<void> => {
        while (this.#people.length < people) {
          const person = new Person(this.#people.length, port, () => this.#ears)
          this.#people.push(person)
          await welcome.awaited(person)
        }
      }
      await Promise.all(Array.from({ length: CONNECTING }, lane))
    })
  }

  /** Logs everybody in, so many at once. Resolves when everybody has heard of everybody who came after them. */
  async logIn(atOnce: number): Promise<Pick<Heard, 'seconds' | 'deliveries'>> {
    const logins = new Logins(this.#people.length)
    const began = performance.now()
    await this.#during(logins, async () => {
      const coming = this.#people.values()
      const lane = async (): Promise<void> => {
        for (const person of coming) {
          person.say(`${person.name}\n`)
          await logins.awaited(person)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, lane))
      await logins.allHeard
    })
    return { seconds: (performance.now() - began) / 1000, deliveries: logins.deliveries }
  }

  async talk(talk: Talk): Promise<Heard> {
    const room = {
      names: this.#people.map(({ name }) => name),
      say: (person: number, line: string): void => this.#people[person]?.say(line),
      now: () => performance.now(),
      after: (ms: number, run: () => void): void => void setTimeout(run, ms),
    }
    this.#checkSilence()
    const conversation = new Conversation(room, talk)
    this.#ears = {
      hear: ({ index }, bytes) => conversation.hear(index, bytes),
      lost: (person, why) => conversation.fail(lost(person, why)),
    }
    conversation.begin()
    const heard = await conversation.ended
    this.#ears = this.#silence
    return heard
  }

  /** Everybody goes. Throws when somebody heard more than they should since the last thing that was asked. */
  leave(): void {
    for (const person of this.#people) person.leave()
    this.#people.length = 0
    this.#checkSilence()
  }

  #checkSilence(): void {
    const unasked = this.#unasked
    this.#unasked = undefined
    if (unasked !== undefined) throw unasked
  }

  /** Listens with these ears until the work is done, or until they hear something that is wrong. */
  async #during(ears: Ears & { readonly failed: Promise<never> }, work: () => Promise<void>): Promise<void> {
    this.#checkSilence()
    this.#ears = ears
    await Promise.race([work(), ears.failed])
    this.#ears = this.#silence
  }
}

function lost({ name }: Person, why: string): Error {
  return new Error(`${name} was lost: ${why}`)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, QUOTED))
}

/** Ears for something that comes once to each person. */
abstract class Awaiting implements Ears {
  readonly failed: Promise<never>
  readonly fail: (error: Error) => void
  readonly #came = new Map<Person, PromiseWithResolvers<void>>()

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>()
    this.failed = promise
    this.fail = reject
  }

  abstract hear(person: Person, bytes: Buffer): void

  lost(person: Person, why: string): void {
    this.fail(lost(person, why))
  }

  awaited(person: Person): Promise<void> {
    const came = Promise.withResolvers<void>()
    this.#came.set(person, came)
    return came.promise
  }

  protected came(person: Person): void {
    this.#came.get(person)?.resolve()
  }
}

class Welcome extends Awaiting {
  readonly #heard = new Map<Person, string>()

  hear(person: Person, bytes: Buffer): void {
    const heard = (this.#heard.get(person) ?? '') + bytes.toString('latin1')
    this.#heard.set(person, heard)
    if (heard.endsWith(PROMPT)) this.came(person)
    else if (heard.includes(PROMPT) || heard.length > LONGEST_WELCOME)
      this.fail(new Error(`${person.name} got no welcome but ${quote(heard)}`))
  }
}

/** Each person's own login comes first, then those of everybody who is later: 1 line to the last, n to the first. */
class Logins extends Awaiting {
  readonly allHeard: Promise<void>
  deliveries = 0
  readonly #allHeard: () => void
  readonly #expected: number
  readonly #rests = new Map<Person, string>()
  readonly #isIn = new Set<Person>()

  constructor(people: number) {
    super()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.allHeard = promise
    this.#allHeard = resolve
    this.#expected = (people * (people + 1)) / 2
  }

  hear(person: Person, bytes: Buffer): void {
    const lines = ((this.#rests.get(person) ?? '') + bytes.toString('latin1')).split('\n')
    this.#rests.set(person, lines.pop() ?? '')
    for (const line of lines) {
      const isFirst = !this.#isIn.has(person)
      if (!line.endsWith(' logged in') || (isFirst && line !== `${person.name} logged in`)) {
        this.fail(new Error(`${person.name} heard no login but ${quote(line)}`))
        return
      }
      this.deliveries += 1
      if (!isFirst) continue
      this.#isIn.add(person)
      this.came(person)
    }
    if (this.deliveries === this.#expected) this.#allHeard()
  }
}
