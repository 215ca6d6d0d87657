/**
 * Who hears what, in random schedules, against a model: the rule written down once more, as simply as it can be said,
 * with people who have several sessions. Each session must hear exactly what the model says, in its order.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeOf, type Guest, type OpenChat, openChat } from '../testing/chat-guests.ts'
import { OPERATOR } from './permissions.ts'

/** Something that was done and is not delivered yet. */
interface Doing {
  readonly words: string
  /** The person who did it; of `kick` the one to whom it was done. */
  readonly who: string
  readonly kind: 'come' | 'go' | 'join' | 'part' | 'rename' | 'kick' | 'say' | 'tell' | 'away'
  readonly room?: string
  readonly to?: string
  readonly name?: string
}

/** What everybody has heard of somebody. */
interface Known {
  name: string
  readonly rooms: Set<string>
}

interface Listening {
  readonly guest: Guest
  readonly expected: string[]
  readonly news: Map<string, number>
  /** Sent out, by what is delivered. */
  isEnded: boolean
}

class Model {
  readonly known = new Map<string, Known>()
  readonly sessions: Listening[] = []
  readonly doings: Doing[] = []

  listen(guest: Guest): void {
    this.sessions.push({ guest, expected: [], news: new Map(), isEnded: false })
  }

  get #open(): Listening[] {
    return this.sessions.filter(({ guest, isEnded }) => guest.session.isOpen && !isEnded)
  }

  /** Everything that was done is delivered: in one batch, and what is done because of it in the next. */
  deliver(): void {
    while (this.doings.length > 0) {
      const batch = this.doings.splice(0)
      for (const doing of batch) {
        this.#apply(doing)
        for (const listening of this.#open) this.#hear(listening, doing)
      }
      for (const { kind, who } of batch) {
        if (kind !== 'kick') continue
        const ended = this.#open.filter(({ guest }) => guest.session.person.id === who)
        for (const one of ended) {
          one.expected.push('(end)')
          one.isEnded = true
        }
        const name = ended[0]?.guest.session.person.name
        if (name !== undefined) this.doings.push({ kind: 'go', who, words: `${name} disconnected` })
      }
    }
  }

  #apply({ kind, who, room = '', name = '' }: Doing): void {
    if (kind === 'come') this.known.set(who, { name, rooms: new Set(['#lobby']) })
    const known = this.known.get(who)
    if (kind === 'join') known?.rooms.add(room)
    else if (kind === 'part') known?.rooms.delete(room)
    else if (kind === 'go') this.known.delete(who)
    else if (kind === 'rename' && known !== undefined) known.name = name
  }

  #hear({ guest: { session }, expected, news }: Listening, { kind, words, who, room = '', to }: Doing): void {
    const { id } = session.person
    const known = this.known.get(id)
    const looks = session.everywhere || session.view.name === room
    const isIn = known?.rooms.has(room) === true
    const isOwnMove = who === id && (kind === 'join' || kind === 'part')
    const isForTheRoom = kind === 'say' || kind === 'join' || kind === 'part'
    if (kind === 'tell' ? id === who || id === to : isForTheRoom ? (isIn && looks) || isOwnMove : known) {
      expected.push(words)
    } else if (kind === 'say' && isIn) news.set(room, (news.get(room) ?? 0) + 1)
  }
}

const DEEDS = [
  'come',
  'attach',
  'attach',
  'say',
  'say',
  'elsewhere',
  'tell',
  'join',
  'join',
  'part',
  'look',
  'rename',
  'away',
  'go',
  'go all',
  'kick',
  'wait',
  'wait',
] as const
type What = (typeof DEEDS)[number]
interface Deed {
  readonly who: number
  readonly what: string
  /** Which of the person's sessions, which room: taken modulo what there is. */
  readonly which: number
}
const deed = fc.record<Deed>({ who: fc.nat(3), what: fc.constantFrom<What>(...DEEDS), which: fc.nat(7) })

/** Four people, some with several sessions, and the model of what they must hear. */
class Company {
  readonly #open: OpenChat
  readonly model = new Model()
  /** By number: the sessions of those who are here. */
  readonly #inside = new Map<number, Guest[]>()
  #done = 0

  constructor(open: OpenChat) {
    this.#open = open
  }

  async do({ who, what, which }: Deed): Promise<void> {
    this.#done += 1
    const guests = (this.#inside.get(who) ?? []).filter(({ session }) => session.isOpen)
    this.#inside.set(who, guests)
    const guest = guests[which % Math.max(1, guests.length)]
    if (what === 'wait') await this.settle()
    else if (guest === undefined) {
      const newcomer = await this.#open.enter(`g${who}x${this.#done}x`, undefined, which > 5)
      const { id, name } = newcomer.session.person
      this.#note({ kind: 'come', who: id, name, words: `${name} logged-in` })
      this.#listen(guests, newcomer)
    } else {
      try {
        if (what === 'rename') await this.#rename(guest)
        else if (what === 'go all') for (const one of guests) this.#leave(one)
        else this.#doNow(what, which, guest, guests)
      } catch (error) {
        assert.ok(codeOf(error) !== undefined, String(error)) // refused: the schedule is random
      }
    }
  }

  /** What anybody can see is what was delivered: nobody and nothing that is still on its way. */
  #compareSeen(): void {
    const { chat } = this.#open
    const { known } = this.model
    const people = Array.from(known, ([id, { name, rooms }]) => ({ id, name, rooms: [...rooms] }))
    const seen = chat.people().map(({ id, name, rooms }) => ({ id, name, rooms: [...rooms] }))
    assert.deepEqual(new Map(seen.map((one) => [one.id, one])), new Map(people.map((one) => [one.id, one])))
    for (const room of ['#lobby', '#den']) {
      const members = people.filter(({ rooms }) => rooms.includes(room)).map(({ name }) => name)
      assert.deepEqual(new Set(chat.members(room).map(({ name }) => name)), new Set(members))
      const view = chat.rooms().find(({ name }) => name === room)
      assert.equal(view?.members.size ?? 0, members.length)
    }
    for (const { name, id } of people) assert.equal(chat.person(name.toUpperCase())?.id, id)
  }

  /** Lets everything be delivered, and compares. */
  async settle(): Promise<void> {
    this.#compareSeen()
    this.model.deliver()
    await this.#open.clock.settle()
    this.#compareSeen()
    for (const { guest, expected, news } of this.model.sessions) {
      assert.deepEqual(guest.heard, expected)
      assert.deepEqual(guest.faults, [])
      assert.deepEqual(sum(guest.news), news)
    }
  }

  #doNow(what: string, which: number, guest: Guest, guests: Guest[]): void {
    const { chat, attach } = this.#open
    const { session } = guest
    const { person } = session
    const { id, name } = person
    const room = which % 2 === 0 ? '#den' : '#lobby'
    const text = String(this.#done)
    const other = [...this.#inside.values()].flat().find((one) => one.session.person.id !== id)
      ?.session.person
    if (what === 'attach') {
      this.#listen(guests, attach(session, { everywhere: which > 5, ...(which < 3 && { room }) }))
    } else if (what === 'say' || what === 'elsewhere') {
      const where = what === 'say' ? session.view : { name: room, with: undefined }
      chat.say(session, text, { room: where.name })
      const words = `${name} said ${text}`
      if (where.with === undefined) this.#note({ kind: 'say', who: id, room: where.name, words })
      else this.#note({ kind: 'tell', who: id, to: where.with.id, words })
    } else if (what === 'tell' && other !== undefined) {
      chat.tell(session, other.name, text)
      this.#note({ kind: 'tell', who: id, to: other.id, words: `${name} said ${text}` })
    } else if (what === 'join') {
      const isNew = !person.rooms.has('#den')
      chat.join(session, '#den')
      if (isNew) this.#note({ kind: 'join', who: id, room: '#den', words: `${name} joined` })
    } else if (what === 'part') {
      const { name: left, with: partner } = session.view
      chat.part(session)
      if (partner === undefined) this.#note({ kind: 'part', who: id, room: left, words: `${name} left` })
    } else if (what === 'look') chat.look(session, which > 5 ? (other?.name ?? 'nobody') : room)
    else if (what === 'away') {
      chat.setAway(session, text)
      this.#note({ kind: 'away', who: id, words: `${name} away ${text}` })
    } else if (what === 'kick') {
      chat.kick(OPERATOR, name, text)
      this.#note({ kind: 'kick', who: id, words: `server kicked ${name} ${text}` })
    } else if (what === 'go') this.#leave(guest)
  }

  async #rename({ session }: Guest): Promise<void> {
    const { id, name: before } = session.person
    const { name } = await this.#open.chat.rename(session, `n${this.#done}x`)
    this.#note({ kind: 'rename', who: id, name, words: `${before} renamed ${name}` })
  }

  #leave({ session }: Guest): void {
    const { id, name, sessions } = session.person
    this.#open.chat.leave(session)
    if (sessions.size === 0) this.#note({ kind: 'go', who: id, words: `${name} disconnected` })
  }

  #listen(guests: Guest[], guest: Guest): void {
    guests.push(guest)
    this.model.listen(guest)
  }

  #note(doing: Doing): void {
    this.model.doings.push(doing)
  }
}

function sum(news: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const one of news) {
    const [room = '', count] = one.split(' ')
    sums.set(room, (sums.get(room) ?? 0) + Number(count))
  }
  return sums
}

test('Chat: in any schedule every session of everybody hears exactly what the rule says, and counts the rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 70, size: 'max' }), async (deeds) => {
      const company = new Company(openChat())
      for (const one of deeds) await company.do(one)
      await company.settle()
    }),
    { numRuns: 300 },
  )
})
