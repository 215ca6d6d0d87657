/** Saying something, and changing what was said. */
import type { Archive } from './archive.ts'
import type { SayOptions } from './chat-options.ts'
import type { Directory } from './directory.ts'
import { ChatError } from './errors.ts'
import type { ChatEvent, Message, Reacted } from './events.ts'
import { mentionsIn } from './mentions.ts'
import { type Actor, authorize } from './permissions.ts'
import type { Person } from './person.ts'
import { isSettled, withReaction } from './reactions.ts'
import { isPairKey } from './room-names.ts'
import { personOf, type Session } from './session.ts'
import { checkId, checkMessage, checkReaction, checkRemark } from './sizes.ts'

export interface TalkOptions {
  readonly newId: () => string
  readonly directory: Directory
  readonly archive: Archive
  /** Throws when the chat is closing. */
  readonly push: (event: ChatEvent, origin?: Session) => void
  readonly settled: () => Promise<void> | undefined
}

/** A reaction as somebody asks for it. */
export interface ReactionWanted {
  /** The id of the message. */
  readonly target: string
  readonly text: string
  /** True: it is to go. */
  readonly remove: boolean
}

export class Talk {
  readonly #options: TalkOptions
  readonly #named: (name: string) => { readonly id: string; readonly name: string } | undefined

  constructor(options: TalkOptions) {
    this.#options = options
    this.#named = (name) => options.directory.named(name)
  }

  send(session: Session, kind: Message['kind'], text: string, options: SayOptions): void {
    const person = personOf(session)
    const { clientId, replyTo, room = session.view.name } = options
    authorize(person, 'speak', room)
    checkMessage(text)
    checkId(clientId)
    checkId(replyTo)
    const { newId, directory, push } = this.#options
    const to = directory.partner(person, room)
    const mentions = mentionsIn(text, person.id, this.#named)
    push({ kind, id: newId(), room, from: person.ref, to, text, clientId, replyTo, mentions }, session)
  }

  async edit(person: Person, room: string, target: string, text: string, origin?: Session): Promise<void> {
    checkMessage(text)
    const { to } = await this.#changeable(person, 'edit', room, target)
    const { newId, push } = this.#options
    push({ kind: 'edited', id: newId(), room, from: person.ref, to, target, text }, origin)
  }

  async delete(actor: Actor, room: string, target: string, origin?: Session): Promise<void> {
    const { to } = await this.#changeable(actor, 'delete', room, target)
    const { newId, push } = this.#options
    push({ kind: 'deleted', id: newId(), room, from: actor.ref, to, target }, origin)
  }

  /** Puts a reaction to a message, or takes one's own back. What would change nothing is told to nobody. */
  async react(person: Person, room: string, wanted: ReactionWanted, origin?: Session): Promise<void> {
    const { target, text, remove } = wanted
    const { newId, directory, archive, push } = this.#options
    authorize(person, 'react', room)
    checkReaction(text)
    await this.#options.settled() // what was said just now can be reacted to
    const before = await archive.reactionsTo(person, room, target)
    authorize(person, 'react', room) // they may have left meanwhile
    const to = directory.partner(person, room)
    const event = { kind: 'reacted', id: newId(), room, from: person.ref, to, target, text } as const
    const change: Reacted = remove ? { ...event, removed: true } : event
    if (isSettled(before, change)) return
    if (withReaction(before, change) === before) throw new ChatError('too-many-reactions')
    push(change, origin)
  }

  setTopic(actor: Actor, room: string, text: string, origin?: Session): void {
    authorize(actor, 'set-topic', room)
    if (isPairKey(room)) throw new ChatError('not-in-room') // a conversation has none: nobody would hear of it
    checkRemark(text)
    const { newId, push } = this.#options
    push({ kind: 'topic', id: newId(), room, from: actor.ref, text }, origin)
  }

  async #changeable(actor: Actor, action: 'edit' | 'delete', room: string, id: string): Promise<Message> {
    await this.#options.settled() // what was said just now can be changed
    const message = await this.#options.archive.message(actor, room, id)
    authorize(actor, action, message)
    return message
  }
}
