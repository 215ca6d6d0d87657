/** Saying something, and changing what was said. */
import type { Archive } from './archive.ts'
import type { SayOptions } from './chat-options.ts'
import type { Directory } from './directory.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent, Message } from './events.ts'
import { mentionsIn } from './mentions.ts'
import { type Actor, authorize } from './permissions.ts'
import type { Person } from './person.ts'
import { isPairKey } from './room-names.ts'
import { checkId, checkMessage, checkRemark } from './sizes.ts'

export interface TalkOptions {
  readonly newId: () => string
  readonly directory: Directory
  readonly archive: Archive
  /** Throws when the chat is closing. */
  readonly push: (event: ChatEvent) => void
  readonly settled: () => Promise<void> | undefined
}

export class Talk {
  readonly #options: TalkOptions
  readonly #named: (name: string) => { readonly id: string; readonly name: string } | undefined

  constructor(options: TalkOptions) {
    this.#options = options
    this.#named = (name) => options.directory.named(name)
  }

  send(person: Person, kind: Message['kind'], room: string, text: string, options: SayOptions): void {
    const { clientId, replyTo } = options
    authorize(person, 'speak', room)
    checkMessage(text)
    checkId(clientId)
    checkId(replyTo)
    const { newId, directory, push } = this.#options
    const to = directory.partner(person, room)
    const mentions = mentionsIn(text, person.id, this.#named)
    push({ kind, id: newId(), room, from: person.ref, to, text, clientId, replyTo, mentions })
  }

  async edit(person: Person, room: string, target: string, text: string): Promise<void> {
    checkMessage(text)
    const { to } = await this.#changeable(person, 'edit', room, target)
    const { newId, push } = this.#options
    push({ kind: 'edited', id: newId(), room, from: person.ref, to, target, text })
  }

  async delete(actor: Actor, room: string, target: string): Promise<void> {
    const { to } = await this.#changeable(actor, 'delete', room, target)
    const { newId, push } = this.#options
    push({ kind: 'deleted', id: newId(), room, from: actor.ref, to, target })
  }

  setTopic(actor: Actor, room: string, text: string): void {
    authorize(actor, 'set-topic', room)
    if (isPairKey(room)) throw new ChatError('not-in-room') // a conversation has none: nobody would hear of it
    checkRemark(text)
    const { newId, push } = this.#options
    push({ kind: 'topic', id: newId(), room, from: actor.ref, text })
  }

  async #changeable(actor: Actor, action: 'edit' | 'delete', room: string, id: string): Promise<Message> {
    await this.#options.settled() // what was said just now can be changed
    const message = await this.#options.archive.message(actor, room, id)
    authorize(actor, action, message)
    return message
  }
}
