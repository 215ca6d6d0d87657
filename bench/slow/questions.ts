/** What is said while some do not read, and what the load generator is asked to do. */

export interface Talk {
  /** How many messages one person says, so many a second. */
  readonly messages: number
  readonly perSecond: number
  /** Bytes of each message's text. A message has at most 4,096. */
  readonly textBytes: number
}

/** Who is there: those who read everything at once, and those who never read anything. */
export interface Company {
  readonly readers: number
  readonly sleepers: number
}

export type Question =
  /** Connects everybody and logs them in. */
  | ({ readonly ask: 'gather'; readonly port: number } & Company)
  /** One reader talks until all readers have heard everything. */
  | { readonly ask: 'talk'; readonly talk: Talk }
  /** Closes the sleepers' own ends, with what still lies in them. */
  | { readonly ask: 'wake' }
  | { readonly ask: 'leave' }

/** What the readers heard. Nothing but `talk` has another answer than `NOTHING`. */
export interface Heard {
  /** Milliseconds from sending a message until one reader has all of it: the median, and 99 of 100. */
  readonly p50: number
  readonly p99: number
  /** Bytes that were for each person. */
  readonly offered: number
  /** Seconds from the first message until a reader heard that a sleeper is gone, for each of them that went. */
  readonly goneAfter: readonly number[]
}

export const NOTHING: Heard = { p50: 0, p99: 0, offered: 0, goneAfter: [] }
