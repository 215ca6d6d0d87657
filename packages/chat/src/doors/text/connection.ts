/**
 * One client's bytes, made into lines for its session: telnet commands out, lines split, a pause ends the line of
 * a client that sends no newlines. It knows no socket either: who owns one calls `feed` and `end`.
 */
import { type DecodedLine, looksLikeTls, TelnetDecoder, TextLineDecoder } from '@partyline/protocols'
import type { Chat } from '../../core/chat.ts'
import type { Clock } from '../../core/clock.ts'
import { LIMITS } from '../../core/limits.ts'
import type { Outlet } from '../outlet.ts'
import { Pace, type PaceLimits } from './pace.ts'
import type { TextSession } from './session.ts'

export interface TextConnectionOptions {
  readonly chat: Pick<Chat, 'ready'>
  readonly clock: Clock
  readonly session: TextSession
  readonly outlet: Outlet
  /** Default: `TEXT_PACE`. */
  readonly pace?: PaceLimits | undefined
}

export class TextConnection {
  readonly #options: TextConnectionOptions
  readonly #telnet = new TelnetDecoder()
  readonly #lines = new TextLineDecoder({ max: LIMITS.messageBytes })
  readonly #pace: Pace
  /** What was fed before is done with when this resolves. */
  #done: Promise<void> = Promise.resolve()
  #cancelPause: (() => void) | undefined
  #cancelWait: (() => void) | undefined
  #isFirst = true

  constructor(options: TextConnectionOptions) {
    this.#options = options
    this.#pace = new Pace(options.clock, options.pace)
  }

  /**
   * Takes what one receive gave. Resolves when its lines are done with: the next receive should wait for that, so
   * that who talks too fast is slowed. Never rejects.
   */
  feed(segment: Uint8Array): Promise<void> {
    this.#cancelPause?.()
    return this.#inOrder(async () => {
      if (this.#isFirst && looksLikeTls(segment)) {
        this.#options.session.hangUp()
        this.#options.outlet.close()
        return
      }
      this.#isFirst = false
      const { data, reply } = this.#telnet.feed(segment)
      if (reply.length > 0) this.#options.outlet.trySend(reply)
      if (this.#telnet.characterMode) this.#lines.expectTypist()
      await this.#takeAll(this.#lines.feed(data))
      this.#awaitPause()
    })
  }

  /** The client has ended its side: what came is delivered, its echo too, then the connection is closed. */
  end(): Promise<void> {
    this.#cancelPause?.()
    return this.#inOrder(async () => {
      await this.#takeAll(this.#lines.end())
      await this.#options.session.finish()
    })
  }

  /** The connection is gone: no timer runs any more. */
  stop(): void {
    this.#cancelPause?.()
    this.#cancelWait?.()
  }

  async #takeAll(lines: readonly DecodedLine[]): Promise<void> {
    const { chat, clock, session } = this.#options
    for (const line of lines) {
      if (session.state === 'gone') return
      const done = session.receive(line)
      if (done !== undefined) await done
      const crowded = chat.ready()
      if (crowded !== undefined) await crowded
      const wait = this.#pace.take()
      if (wait !== undefined) {
        await new Promise<void>((resolve) => {
          this.#cancelWait = clock.after(wait, resolve)
        })
      }
    }
  }

  #awaitPause(): void {
    const after = this.#lines.pauseAfter
    if (after === undefined || this.#options.session.state === 'gone') return
    this.#cancelPause = this.#options.clock.after(after, () => {
      void this.#inOrder(() => this.#takeAll(this.#lines.pause()))
    })
  }

  #inOrder(step: () => Promise<void>): Promise<void> {
    this.#done = this.#done.then(step).catch((error: unknown) => this.#options.session.fail(error))
    return this.#done
  }
}
