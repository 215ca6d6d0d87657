/** What the load generator is asked to do. Each answer is a `Heard`; what has no meaning in it is 0. */
import type { Talk } from './scenarios.ts'

export type Question =
  /** Connects so many people to a server that has nobody else. */
  | { readonly ask: 'connect'; readonly port: number; readonly people: number }
  /** Logs them in, so many at once, until everybody has heard all they should of it. */
  | { readonly ask: 'logIn'; readonly atOnce: number }
  | { readonly ask: 'talk'; readonly talk: Talk }
  /** Lets go of everybody. */
  | { readonly ask: 'leave' }
