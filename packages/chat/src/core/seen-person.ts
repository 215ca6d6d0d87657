/**
 * Somebody as everybody has heard of them so far: what was delivered, and nothing that is still on its way. What
 * people may do changes at once; what others see of them changes here, in the order in which they hear it.
 */
import type { ChatEvent, PersonRef } from './events.ts'
import { LOBBY } from './room-names.ts'

/** What everybody may know of somebody who is here. */
export interface PersonView extends PersonRef {
  /** What they said about being away; undefined: they are not. */
  readonly away?: string | undefined
  /** When they came, in milliseconds since 1970. */
  readonly since: number
  /**
   * When they last did anything: said something, moved, took another name. In milliseconds since 1970; of somebody
   * who came in through another server as of its last hint, which is up to ten seconds old, and by its clock.
   */
  readonly activeAt: number
  /** The rooms they are in, by key, in the order in which they came there. */
  readonly rooms: readonly string[]
}

export class SeenPerson implements PersonRef {
  readonly id: string
  name: string
  since: number
  activeAt: number
  #away: string | undefined
  readonly #rooms = new Set<string>()

  constructor({ id, name }: PersonRef, since: number, activeAt: number = since) {
    this.id = id
    this.name = name
    this.since = since
    this.activeAt = activeAt
  }

  /** Something that this one did has been delivered. */
  apply(event: ChatEvent): void {
    if (event.kind === 'logged-in') this.#rooms.add(LOBBY)
    else if (event.kind === 'joined') this.#rooms.add(event.room)
    else if (event.kind === 'left') this.#rooms.delete(event.room)
    else if (event.kind === 'renamed') this.name = event.name
    else if (event.kind === 'away') this.#away = event.text
  }

  isIn(room: string): boolean {
    return this.#rooms.has(room)
  }

  /** As it is now: what changes later does not change it. */
  get view(): PersonView {
    const { id, name, since, activeAt } = this
    return { id, name, away: this.#away, since, activeAt, rooms: [...this.#rooms] }
  }
}
