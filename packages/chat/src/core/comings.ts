/** Coming and going, with one session or several, and what people say about themselves: another name, being away. */
import type { Archive } from './archive.ts'
import type { AttachOptions, EnterOptions } from './chat-options.ts'
import type { Clock } from './clock.ts'
import { ChatError } from './errors.ts'
import type { Flow } from './flow.ts'
import { LIMITS } from './limits.ts'
import type { Moves } from './moves.ts'
import type { NameClaim } from './name-claims.ts'
import type { Naming } from './naming.ts'
import { authorize } from './permissions.ts'
import { Person } from './person.ts'
import { type Listener, personOf, Session } from './session.ts'
import { checkRemark, cutRemark } from './sizes.ts'

export interface ComingsOptions {
  readonly flow: Flow
  readonly naming: Naming
  readonly moves: Moves
  readonly archive: Archive
  readonly clock: Clock
  readonly storeFails: (error: unknown) => void
}

export class Comings {
  readonly #options: ComingsOptions

  constructor(options: ComingsOptions) {
    this.#options = options
  }

  enter({ id, name }: NameClaim, listener: Listener, { everywhere = false }: EnterOptions): Session {
    const { flow, clock } = this.#options
    const person = new Person(id, name, clock.now())
    const session = new Session(person, listener, flow.attendance.lobby, everywhere)
    person.sessions.add(session)
    flow.attendance.add(person)
    flow.push({ kind: 'logged-in', from: person.ref }, session)
    return session
  }

  attach({ person }: Session, listener: Listener, { everywhere = false, room }: AttachOptions): Session {
    const { flow, moves } = this.#options
    flow.checkOpen()
    if (!person.isHere) throw new ChatError('not-allowed', `${person.name} has left`)
    if (person.sessions.size >= LIMITS.sessionsPerPerson) throw new ChatError('too-many-sessions')
    const view = room === undefined ? flow.attendance.lobby : moves.find(person, room)
    const session = new Session(person, listener, view, everywhere)
    flow.attendance.attach(session)
    return session
  }

  leave(session: Session, reason: string): void {
    const { flow } = this.#options
    const { person } = session
    flow.attendance.sessions.delete(session)
    if (!person.sessions.delete(session) || person.sessions.size > 0) return
    const text = cutRemark(reason)
    // Everything they did before is ahead of this in the line: these are the rooms in which they are seen then.
    const rooms = [...person.rooms.keys()]
    flow.push({ kind: 'disconnected', from: person.ref, rooms, ...(text !== '' && { text }) }, session)
  }

  async rename(session: Session, typed: string): Promise<NameClaim> {
    const { flow, naming, archive, storeFails } = this.#options
    flow.checkOpen()
    const person = personOf(session)
    authorize(person, 'rename')
    const before = person.name
    const claim = await naming.change(person, typed, session)
    // Not waited for: whether the store can do this now is no reason against a name.
    const rooms = [...person.rooms.keys(), ...person.conversations.keys()]
    archive.carryReadPositions(before, claim.name, rooms).catch(storeFails)
    return claim
  }

  setAway(session: Session, text: string | undefined): void {
    const person = personOf(session)
    authorize(person, 'set-away')
    checkRemark(text ?? '')
    person.away = text
    this.#options.flow.pushOpen({ kind: 'away', from: person.ref, text }, session)
  }
}
