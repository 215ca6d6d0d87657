/** What somebody does who keeps order: sending people out, and speaking to everybody. */
import type { Attendance } from './attendance.ts'
import { guarded } from './delivery.ts'
import type { Directory } from './directory.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent } from './events.ts'
import { caseless } from './names.ts'
import { type Actor, authorize } from './permissions.ts'
import type { Session } from './session.ts'
import { checkMessage, checkRemark } from './sizes.ts'

export interface ModerationOptions {
  readonly attendance: Attendance
  readonly directory: Directory
  /** Throws when the chat is closing. */
  readonly push: (event: ChatEvent) => void
}

export class Moderation {
  readonly #options: ModerationOptions

  constructor(options: ModerationOptions) {
    this.#options = options
  }

  kick(actor: Actor, name: string, reason: string): void {
    authorize(actor, 'kick')
    checkRemark(reason)
    const { attendance, directory, push } = this.#options
    const person = attendance.named(caseless(name))
    if (person === undefined) {
      const isElsewhere = directory.named(caseless(name)) !== undefined
      throw new ChatError(isElsewhere ? 'is-elsewhere' : 'no-such-person', name)
    }
    push({ kind: 'moderated', what: 'kicked', from: actor.ref, target: person.ref, text: reason })
  }

  announce(actor: Actor, text: string): void {
    authorize(actor, 'announce')
    checkMessage(text)
    this.#options.push({ kind: 'notice', from: actor.ref, text })
  }

  /** Who was sent out has heard so: their connections end, and they leave. */
  delivered(event: ChatEvent, leave: (session: Session) => void): void {
    if (event.kind !== 'moderated') return
    for (const session of this.#options.attendance.sessionsOf(event.target.id)) {
      guarded(session, () => session.listener.end())
      leave(session)
    }
  }
}
