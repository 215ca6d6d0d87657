/**
 * What an IRC door and a browser door will ask of the chat, played against the chat alone in the words of those doors:
 * where they could not be written with what the chat offers, something is missing in it. The two doors here are as
 * small as can be, and know nothing but the public interface.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openChat as open } from '../testing/chat-guests.ts'
import type { Chat } from './chat.ts'
import type { Batch, ChatEvent } from './events.ts'
import { isMessage } from './events.ts'
import type { Listener, Session } from './session.ts'

/** An IRC connection: it hears all rooms, and shows those that it has joined. */
class IrcSession implements Listener {
  readonly #chat: Chat
  readonly #echo: boolean
  readonly #shown = new Set<string>()
  readonly #lines: string[] = []
  session: Session | undefined

  /** `echo`: it has asked for echo-message. */
  constructor(chat: Chat, echo = false) {
    this.#chat = chat
    this.#echo = echo
  }

  async register(nick: string): Promise<void> {
    this.session = this.#chat.enter(await this.#chat.claimName(nick), this, { everywhere: true })
  }

  get #session(): Session {
    assert.ok(this.session !== undefined)
    return this.session
  }

  /** What it has sent since somebody looked last. */
  lines(): string[] {
    return this.#lines.splice(0)
  }

  async receive(line: string): Promise<void> {
    const [, command = '', target = '', , text = ''] = /^(\w+) ?([^ :]*)( :(.*))?$/.exec(line) ?? []
    const chat = this.#chat
    if (command === 'JOIN') chat.join(this.#session, target)
    else if (command === 'PART') chat.part(this.#session, target, text)
    else if (command === 'QUIT') chat.leave(this.#session, text)
    else if (command === 'NICK') await chat.rename(this.#session, target)
    else if (command === 'AWAY') chat.setAway(this.#session, text === '' ? undefined : text)
    else if (command === 'TOPIC') chat.setTopic(this.#session, text, target)
    else if (command === 'PRIVMSG' && target.startsWith('#')) chat.say(this.#session, text, { room: target })
    else if (command === 'PRIVMSG') chat.tell(this.#session, target, text)
    else if (command === 'WHOIS') this.#whois(target)
    else if (command === 'LIST') await this.#list()
    else if (command === 'HISTORY') await this.#history(target, Number(text))
    else if (command === 'TARGETS') await this.#targets()
  }

  deliver({ events }: Batch): void {
    for (const event of events) this.#show(event)
  }

  news(): void {
    assert.fail('who hears everything is told no numbers')
  }

  end(): void {
    this.#lines.push('ERROR')
  }

  fail(error: unknown): void {
    throw error
  }

  #show(event: ChatEvent): void {
    const own = this.#session.person.id
    const shares = (rooms: readonly string[]): boolean => rooms.some((room) => this.#shown.has(room))
    if (isMessage(event)) {
      if (this.#chat.origin(event) === this.session && !this.#echo) return
      const target = event.to === undefined ? event.room : event.to.name
      if (event.to === undefined && !this.#shown.has(event.room)) return
      this.#lines.push(`:${event.from.name} PRIVMSG ${target} :${event.text}`)
    } else if (event.kind === 'logged-in' && event.from.id === own) this.#lines.push(`001 ${event.from.name}`)
    else if (event.kind === 'joined') {
      if (event.from.id === own) this.#shown.add(event.room)
      if (!this.#shown.has(event.room)) return
      this.#lines.push(`:${event.from.name} JOIN ${event.room}`)
      if (event.from.id === own) this.#names(event.room)
    } else if (event.kind === 'left' && this.#shown.has(event.room)) {
      if (event.from.id === own) this.#shown.delete(event.room)
      this.#lines.push(`:${event.from.name} PART ${event.room}${trailing(event.text)}`)
    } else if (event.kind === 'disconnected' && shares(event.rooms)) {
      this.#lines.push(`:${event.from.name} QUIT${trailing(event.text)}`)
    } else if (event.kind === 'renamed' && (event.from.id === own || shares(event.rooms))) {
      this.#lines.push(`:${event.from.name} NICK ${event.name}`)
    } else if (event.kind === 'topic' && this.#shown.has(event.room)) {
      this.#lines.push(`:${event.from.name} TOPIC ${event.room} :${event.text}`)
    }
  }

  #names(room: string): void {
    this.#lines.push(
      `353 ${room} :${this.#chat
        .members(room)
        .map(({ name }) => name)
        .join(' ')}`,
    )
    void this.#chat.topic(room).then((topic) => {
      if (topic !== undefined)
        this.#lines.push(`332 ${room} :${topic.text}`, `333 ${room} ${topic.from?.name} ${topic.time}`)
    })
  }

  #whois(nick: string): void {
    const person = this.#chat.person(nick)
    if (person === undefined) return void this.#lines.push(`401 ${nick}`)
    const idle = 3000 + person.since // the test's clock says so: a door asks its own
    this.#lines.push(`311 ${person.name}`, `319 ${person.rooms.join(' ')}`)
    this.#lines.push(`317 idle ${(idle - person.activeAt) / 1000} signon ${person.since}`)
    if (person.away !== undefined) this.#lines.push(`301 ${person.away}`)
  }

  async #list(): Promise<void> {
    for (const { name, members, topic } of await this.#chat.listRooms()) {
      this.#lines.push(`322 ${name} ${members} :${topic}`)
    }
  }

  async #history(room: string, count: number): Promise<void> {
    for (const { from, text, id } of await this.#chat.history(this.#session, { room, count })) {
      this.#lines.push(`@msgid=${id} :${from.name} PRIVMSG ${room} :${text}`)
    }
  }

  async #targets(): Promise<void> {
    for (const { with: other, lastTime } of await this.#chat.conversations(this.#session)) {
      this.#lines.push(`CHATHISTORY TARGETS ${other.name} ${lastTime}`)
    }
  }
}

function trailing(text: string | undefined): string {
  return text === undefined ? '' : ` :${text}`
}

async function registered(...echoes: boolean[]) {
  const { chat, clock } = open()
  const sessions = await Promise.all(
    echoes.map(async (echo, index) => {
      const irc = new IrcSession(chat, echo)
      await irc.register(['ann', 'bob', 'cec'][index] ?? '')
      return irc
    }),
  )
  await clock.settle()
  const [ann, bob, cec] = sessions
  assert.ok(ann !== undefined && bob !== undefined && cec !== undefined)
  const look = async (): Promise<string[][]> => {
    await clock.settle()
    return sessions.map((session) => session.lines())
  }
  return { chat, clock, ann, bob, cec, look }
}

test('Chat for an IRC door: registration, JOIN with NAMES and the topic, TOPIC', async () => {
  const { clock, ann, bob, look } = await registered(false, false, false)
  assert.deepEqual(await look(), [['001 ann'], ['001 bob'], ['001 cec']])
  await ann.receive('JOIN #den')
  await look()
  await ann.receive('TOPIC #den :tea at five')
  assert.deepEqual(await look(), [[':ann TOPIC #den :tea at five'], [], []])
  const time = clock.now()
  await bob.receive('JOIN #den')
  assert.deepEqual(await look(), [
    [':bob JOIN #den'],
    [':bob JOIN #den', '353 #den :ann bob', '332 #den :tea at five', `333 #den ann ${time}`],
    [],
  ])
})

test('Chat for an IRC door: what one says comes back only where echo-message was asked for', async () => {
  const { ann, bob, look } = await registered(false, true, false)
  for (const irc of [ann, bob]) await irc.receive('JOIN #den')
  await look()
  await ann.receive('PRIVMSG #den :hello')
  await bob.receive('PRIVMSG #den :hi')
  await ann.receive('PRIVMSG bob :psst')
  await bob.receive('PRIVMSG ann :what?')
  assert.deepEqual(await look(), [
    [':bob PRIVMSG #den :hi', ':bob PRIVMSG ann :what?'],
    [
      ':ann PRIVMSG #den :hello',
      ':bob PRIVMSG #den :hi',
      ':ann PRIVMSG bob :psst',
      ':bob PRIVMSG ann :what?',
    ],
    [],
  ])
})

test('Chat for an IRC door: PART, NICK and QUIT are shown to those who share a room, with the reason', async () => {
  const { ann, bob, cec, look } = await registered(false, false, false)
  for (const irc of [ann, bob]) await irc.receive('JOIN #den')
  for (const irc of [ann, cec]) await irc.receive('JOIN #tea')
  await look()
  await ann.receive('PART #tea :too hot')
  assert.deepEqual(await look(), [[':ann PART #tea :too hot'], [], [':ann PART #tea :too hot']])
  await ann.receive('NICK anna')
  assert.deepEqual(await look(), [[':ann NICK anna'], [':ann NICK anna'], []])
  await ann.receive('QUIT :dinner')
  assert.deepEqual(await look(), [[], [':anna QUIT :dinner'], []])
})

test('Chat for an IRC door: WHOIS with rooms, idle time and away; LIST; a page of history; conversations', async () => {
  const { chat, clock, ann, bob, look } = await registered(false, false, false)
  const start = clock.now()
  await ann.receive('JOIN #den')
  await clock.advance(1000)
  await ann.receive('PRIVMSG #den :one')
  await ann.receive('PRIVMSG #den :two')
  await ann.receive('AWAY :lunch')
  await ann.receive('PRIVMSG bob :psst')
  await clock.advance(2000)
  await look()
  await bob.receive('WHOIS ANN')
  await bob.receive('WHOIS nobody')
  const whois = ['311 ann', '319 #lobby #den', `317 idle 2 signon ${start}`, '301 lunch', '401 nobody']
  assert.deepEqual(bob.lines(), whois)
  await bob.receive('LIST')
  assert.deepEqual(bob.lines(), ['322 #lobby 3 :', '322 #den 1 :'])
  await bob.receive('HISTORY #den :1')
  assert.match(bob.lines().join(), /^@msgid=\w+ :ann PRIVMSG #den :two$/)
  await bob.receive('TARGETS')
  assert.match(bob.lines().join(), /^CHATHISTORY TARGETS ann \d+$/)
  assert.equal(chat.people().length, 3)
})

/** A tab of a browser: what it shows of each room, and what it knows to be read there. */
class Tab implements Listener {
  readonly #chat: Chat
  readonly session: Session
  readonly shown: string[] = []
  readonly read = (room: string, seq: number): number => this.marks.set(room, seq).get(room) ?? 0
  readonly marks = new Map<string, number>()
  /** The last number that it has of the lobby. */
  last = 0

  constructor(chat: Chat, begin: (listener: Listener) => Session) {
    this.#chat = chat
    this.session = begin(this)
  }

  deliver({ events, resumed }: Batch): void {
    for (const event of events) {
      if (event.kind === 'disconnected') this.shown.push(`${event.from.name} left`)
      if (!isMessage(event)) continue
      const isMine = this.#chat.origin(event) === this.session
      this.shown.push(`${resumed === undefined ? '' : 'earlier '}${isMine ? 'sent ' : ''}${event.text}`)
      if ('seq' in event && event.room === '#lobby') this.last = event.seq
    }
  }

  news(): void {}

  end(): void {
    this.shown.push('ended')
  }

  fail(error: unknown): void {
    throw error
  }
}

async function openTabs() {
  const opened = open()
  const { chat, clock, enter } = opened
  const claim = await chat.claimName('ann')
  const one = new Tab(chat, (listener) => chat.enter(claim, listener, { everywhere: true }))
  await clock.settle()
  const other = new Tab(chat, (listener) => chat.attach(one.session, listener, { everywhere: true }))
  const bob = await enter('bob')
  await clock.settle()
  return { ...opened, one, other, bob }
}

test('Chat for a browser door: two tabs of one person show the same, and each knows what it sent itself', async () => {
  const { chat, clock, one, other, bob } = await openTabs()
  chat.say(one.session, 'from one', { clientId: 'a1' })
  chat.say(one.session, 'from one', { clientId: 'a1' }) // sent again, because no answer came in time
  chat.say(other.session, 'from the other')
  chat.tell(bob.session, 'ann', 'psst')
  await clock.settle()
  assert.deepEqual(one.shown, ['sent from one', 'from the other', 'psst'])
  assert.deepEqual(other.shown, ['from one', 'sent from the other', 'psst'])
  chat.leave(other.session)
  await clock.settle()
  assert.equal(bob.heard.includes('ann disconnected'), false)
})

test('Chat for a browser door: a tab comes back before its old connection is known to be dead', async () => {
  const { chat, clock, one, bob } = await openTabs()
  chat.say(bob.session, '1')
  await clock.settle()
  const known = one.last
  for (const text of ['2', '3']) chat.say(bob.session, text)
  await clock.settle()
  const back = new Tab(chat, (listener) => chat.attach(one.session, listener, { everywhere: true }))
  const resumed = chat.resume(back.session, '#lobby', known)
  chat.say(bob.session, '4')
  chat.leave(one.session, 'the old connection timed out')
  await clock.settle()
  chat.say(back.session, '5')
  await clock.settle()
  assert.equal((await resumed).skipped, 0)
  assert.deepEqual(
    back.shown.map((line) => line.replace('earlier ', '')),
    ['2', '3', '4', 'sent 5'],
  )
  assert.equal(bob.heard.includes('ann disconnected'), false)
  assert.equal(chat.person('ann')?.id, back.session.person.id)
})

test('Chat for a browser door: what is unread, and what was read in the other tab', async () => {
  const { chat, clock, one, other, bob } = await openTabs()
  for (const text of ['1', '2 @ann', '3']) chat.say(bob.session, text)
  chat.tell(bob.session, 'ann', 'psst')
  await clock.settle()
  const lobby = async (): Promise<unknown> => {
    const states = await chat.unread(other.session)
    const found = states.find(({ room }) => room === '#lobby')
    return [found?.read, found?.newest, found?.messages, found?.mentions]
  }
  assert.deepEqual(await lobby(), [0, 3, 3, 1])
  await chat.read(one.session, '#lobby', 2)
  assert.deepEqual([[...one.marks], [...other.marks]], [[], [['#lobby', 2]]])
  assert.deepEqual(await lobby(), [2, 3, 1, 0])
  const [conversation] = await chat.conversations(other.session)
  assert.deepEqual([conversation?.with.name, conversation?.newest], ['bob', 1])
})
