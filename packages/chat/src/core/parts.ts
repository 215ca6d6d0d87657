/** Puts the parts of a chat together. */
import { Archive } from './archive.ts'
import type { ChatOptions } from './chat-options.ts'
import { Comings } from './comings.ts'
import { Directory } from './directory.ts'
import type { ChatEvent } from './events.ts'
import { Flow } from './flow.ts'
import { Listings } from './listings.ts'
import { Moderation } from './moderation.ts'
import { Moves } from './moves.ts'
import { Naming } from './naming.ts'
import { ReadMarks } from './read-marks.ts'
import type { Session } from './session.ts'
import { Talk } from './talk.ts'

export interface Parts {
  readonly flow: Flow
  readonly comings: Comings
  readonly naming: Naming
  readonly directory: Directory
  readonly archive: Archive
  readonly listings: Listings
  readonly readMarks: ReadMarks
  readonly talk: Talk
  readonly moves: Moves
  readonly moderation: Moderation
}

/** `delivered` is told of everything that has just been delivered. */
export function assemble(options: ChatOptions, delivered: (event: ChatEvent) => void): Parts {
  const { store, clock } = options
  const newId = (): string => options.newId()
  const flow: Flow = new Flow({
    ...options,
    delivered,
    gone: (person) => naming.release(person.holder), // only now: the next of that name comes after
  })
  const { attendance } = flow
  const storeFails = (error: unknown): void => {
    // While messages are not saved that has been said; that nothing else is either is no news.
    if (flow.health.storing) options.onStoreFailure?.(error)
  }
  const push = (event: ChatEvent, origin?: Session): void => flow.push(event, origin)
  const naming = new Naming({ store, clock, newId, attendance, push, storeFails })
  const directory = new Directory(attendance, flow.others)
  const archive = new Archive({
    store,
    clock,
    waiting: (id) => flow.keeper.find(id),
    isDeletionWaiting: (id) => flow.keeper.deletes(id),
    reactionsWaiting: (id) => flow.keeper.reactionsTo(id),
  })
  const listings = new Listings({ directory, archive })
  const readMarks = new ReadMarks(archive)
  const pushOpen = (event: ChatEvent, origin?: Session): void => flow.pushOpen(event, origin)
  const talk = new Talk({ newId, directory, archive, push: pushOpen, settled: () => flow.settled() })
  const moves = new Moves({ attendance, directory, push })
  const moderation = new Moderation({ attendance, directory, push: pushOpen })
  const comings = new Comings({ flow, naming, moves, archive, clock, storeFails })
  return { flow, comings, naming, directory, archive, listings, readMarks, talk, moves, moderation }
}
