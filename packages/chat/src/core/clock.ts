/** Time as the chat sees it. It comes in as a parameter, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds since 1970, what people call the time. It may jump in both directions. */
  now(): number
  /** Milliseconds that only go forward, for measuring how long something took. */
  ticks(): number
  /** Runs something once after so many milliseconds (0: when this turn is over). Returns what cancels it. */
  after(ms: number, run: () => void): () => void
}
