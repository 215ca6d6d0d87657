/**
 * A conversation at the text door: lines in, lines out. It knows no socket: lines are given to `receive` in their
 * order, what it answers goes to its `Outlet`.
 */
import { type DecodedLine, looksLikeHttp, plainHttpResponse, type TextLine } from '@partyline/protocols'
import type { Chat } from '../../core/chat.ts'
import type { Clock } from '../../core/clock.ts'
import { ChatError } from '../../core/errors.ts'
import type { Batch } from '../../core/events.ts'
import { LIMITS } from '../../core/limits.ts'
import type { NameClaim } from '../../core/name-claims.ts'
import type { Room } from '../../core/room.ts'
import type { Listener, Session } from '../../core/session.ts'
import type { Outlet } from '../outlet.ts'
import type { Settings } from './command.ts'
import { runCommand } from './commands.ts'
import {
  banner,
  errorLine,
  formatLines,
  nameLines,
  noticeLines,
  notices,
  SHUTDOWN,
  tooLongLine,
  tooLongName,
} from './format.ts'
import { News } from './news.ts'
import { speak } from './people-commands.ts'
import { PLAIN } from './style.ts'
import type { TextBroadcast } from './text-broadcast.ts'

/** How long a name is waited for, in milliseconds. */
export const NAMING_TIME = 600_000

// naming ──first line──▶ entering ──name claimed, and heard by all──▶ chatting ──/quit, end of input──▶ leaving
//    └── HTTP, SSH, too long, /quit, late ──▶ gone ◀── from every state: hang-up, shutdown ◀── all delivered ──┘
export type TextState =
  | { readonly at: 'naming'; readonly cancelTimer: () => void }
  | { readonly at: 'entering'; readonly session?: Session }
  | { readonly at: 'chatting' | 'leaving'; readonly session: Session }
  | { readonly at: 'gone' }

/** What all text sessions of a server share. */
export interface TextSessionOptions {
  readonly chat: Chat
  readonly clock: Clock
  readonly broadcast: TextBroadcast
  /** What the chat is called in the welcome. */
  readonly title: string
  /** What a browser is told that came to this door: how to join instead. */
  readonly howToJoin: string
  /** Gets the error when this session ends by a fault of ours. */
  readonly onFault: (error: unknown) => void
}

export class TextSession implements Listener {
  readonly #options: TextSessionOptions
  readonly #outlet: Outlet
  readonly #news: News
  readonly #settings: Settings = { style: PLAIN, search: undefined }
  #state: TextState
  /** Set while a line is not yet done with: those after it wait. */
  #busy: Promise<void> | undefined

  /** Begins the conversation: sends the welcome and waits for a name. */
  constructor(options: TextSessionOptions, outlet: Outlet) {
    this.#options = options
    this.#outlet = outlet
    this.#news = new News(options.clock, (lines) => this.#reply(noticeLines(...lines)))
    const tooLate = notices(`no name came in ${NAMING_TIME / 60_000} minutes; come back any time`)
    const cancelTimer = options.clock.after(NAMING_TIME, () => this.#end(tooLate))
    this.#state = { at: 'naming', cancelTimer }
    this.#send(banner(options.title))
  }

  get state(): TextState['at'] {
    return this.#state.at
  }

  /**
   * Takes the next line. Undefined when it is done with; else the caller should wait before giving more, so that
   * what a client sends ahead stays in the network's buffers. Lines given earlier than that are taken in order.
   */
  receive(line: DecodedLine): Promise<void> | undefined {
    return this.#inOrder(() => this.#take(line))
  }

  /** Nothing more will come: what came is delivered, its echo too, then the connection is closed. */
  finish(): Promise<void> | undefined {
    return this.#inOrder(() => this.#leave())
  }

  /** The connection is gone. Idempotent. */
  hangUp(): void {
    const state = this.#become({ at: 'gone' })
    if ('session' in state && state.session !== undefined) this.#options.chat.leave(state.session)
  }

  /** The server ends: says so and closes. */
  shutDown(): void {
    this.#end(SHUTDOWN)
  }

  deliver(batch: Batch): void {
    if (!this.#isGone()) this.#sent(this.#options.broadcast.send(batch, this.#outlet, this.#settings.style))
  }

  news(room: Room, count: number): void {
    if (!this.#isGone()) this.#news.add(room.name, count)
  }

  /** Sent out of the chat: the line that says so has been delivered. */
  end(): void {
    this.#end('')
  }

  fail(error: unknown): void {
    this.#options.onFault(error)
    this.#outlet.cut('a fault of the server')
    this.hangUp()
  }

  #take(line: DecodedLine): Promise<void> | undefined {
    const state = this.#state
    if (state.at === 'naming') return this.#takeFirst(line)
    if (state.at !== 'chatting') return undefined
    if ('tooLong' in line) this.#reply(tooLongLine(line.tooLong, LIMITS.messageBytes))
    else if (line.text.startsWith('//')) this.#say(state.session, line.text.slice(1))
    else if (line.text.startsWith('/')) return this.#command(state.session, line.text.slice(1))
    else if (line.text.trim() !== '') this.#say(state.session, line.text)
    return undefined
  }

  #say(session: Session, text: string): void {
    speak({ chat: this.#options.chat, session, reply: (lines) => this.#reply(lines) }, 'say', text)
  }

  /** The first line is the name, whatever it is; but for what no person types, and who leaves again. */
  #takeFirst(line: DecodedLine): Promise<void> | undefined {
    // Whatever this is, a name it is not. A request with a long target would have its other lines said in the room.
    if ('tooLong' in line) this.#end(formatLines(tooLongName(line.tooLong)))
    else if (looksLikeHttp(line.text)) {
      this.#end(plainHttpResponse(400, 'Bad Request', `${this.#options.howToJoin}\n`))
    } else if (line.text.startsWith('SSH-') || line.text.trim() === '/quit') this.#end('')
    else return this.#enter(line.text)
    return undefined
  }

  async #enter(typed: string): Promise<void> {
    const { chat } = this.#options
    this.#become({ at: 'entering' })
    let claim: NameClaim
    try {
      await chat.settled() // who has left just now has given their name back then: it may be the same person
      claim = await chat.claimName(typed)
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      // Without a name there is nothing to stay for; a server that is shutting down says goodbye itself.
      if (error.code !== 'closing') this.#end(formatLines(errorLine(error)))
      return
    }
    const earlier = await chat.earlier().catch(() => 0)
    if (this.#isGone()) {
      chat.giveUp(claim)
      return
    }
    const session = chat.enter(claim, this)
    this.#become({ at: 'entering', session })
    await chat.settled() // simple clients take the first line after their name as the one that lets them in
    if (this.#isGone()) return
    this.#become({ at: 'chatting', session })
    const many = earlier === 1 ? '1 earlier message' : `${earlier} earlier messages`
    this.#reply([...nameLines(claim), ...(earlier === 0 ? [] : noticeLines(`${many}: /history`))])
  }

  async #command(session: Session, line: string): Promise<void> {
    const { chat, clock } = this.#options
    await chat.settled() // an answer comes after the echo of what was said before it
    if (this.state !== 'chatting') return
    const settings = this.#settings
    const reply = (lines: readonly TextLine[]): void => this.#reply(lines)
    await runCommand(line, { chat, session, clock, settings, reply, quit: () => this.#leave() })
    this.#news.seen(session.view.name)
  }

  async #leave(): Promise<void> {
    if (this.#state.at === 'naming') this.#end('')
    if (this.#state.at !== 'chatting') return
    this.#become({ at: 'leaving', session: this.#state.session })
    await this.#options.chat.settled()
    this.#end('')
  }

  #end(lastWords: string): void {
    if (this.#isGone()) return
    this.#send(lastWords)
    this.hangUp()
    this.#outlet.close()
  }

  #isGone(): boolean {
    return this.#state.at === 'gone'
  }

  #become(state: TextState): TextState {
    const before = this.#state
    if (before.at === 'naming') before.cancelTimer()
    if (state.at === 'gone') this.#news.stop()
    this.#state = state
    return before
  }

  #reply(lines: readonly TextLine[]): void {
    this.#send(formatLines(lines, this.#settings.style))
  }

  #send(text: string): void {
    if (text !== '' && !this.#isGone()) this.#sent(this.#outlet.trySend(Buffer.from(text)))
  }

  #sent(taken: boolean): void {
    if (taken) return
    this.#outlet.cut('it takes its bytes too slowly')
    this.hangUp()
  }

  #inOrder(step: () => Promise<void> | undefined): Promise<void> | undefined {
    const work = this.#busy === undefined ? this.#attempt(step) : this.#busy.then(() => this.#attempt(step))
    if (work === undefined) return undefined
    const done = work.then(() => {
      if (this.#busy === done) this.#busy = undefined
    })
    this.#busy = done
    return done
  }

  /** Never throws and never rejects: what a person did wrong is told to them, anything else ends the session. */
  #attempt(step: () => Promise<void> | undefined): Promise<void> | undefined {
    try {
      return step()?.catch((error: unknown) => this.#failed(error))
    } catch (error) {
      this.#failed(error)
      return undefined
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof ChatError)) this.fail(error)
    else if (error.code !== 'closing') this.#reply(errorLine(error))
  }
}
