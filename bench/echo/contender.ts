/** What both sides are asked to do, each in its own way. */

/** Each starts a server on a free port of 127.0.0.1 and resolves to that port. It serves until the process ends. */
export interface Contender {
  /** Sends back what comes, until the client's half close; never holds more than its buffers of a slow reader. */
  echo(): Promise<number>
  /** Reads a line with a number, sends that many messages of 62 bytes, each awaited, and closes. */
  sends(): Promise<number>
  /** Reads lines to the end, answers with their number and the sum of their lengths, and closes. */
  lines(): Promise<number>
  /** Sends every datagram back to its sender. */
  udpEcho(): Promise<number>
}

export const MESSAGE: Buffer = Buffer.alloc(62, 'm')
