/** The listeners that answer by themselves: `--echo` sends back what comes, `--reply` sends a fixed text. */

import type { Display } from './display.ts'
import { recvWithin } from './recv-within.ts'
import type { ClientHandler } from './serve-clients.ts'
import { showAll } from './talk-to-all.ts'

/** To a client that says nothing for so many milliseconds the answer is sent all the same: it may wait for a greeting. */
const SPEAK_FIRST_MS = 1000
/** After the answer, a client that neither ends nor sends anything for so many milliseconds is let go. */
const AFTER_REPLY_MS = 10_000

/**
 * Sends back every byte, until the client's end. Nothing piles up: while a client does not take its own bytes back,
 * no more are received from it.
 */
export function echoTo(display: Display): ClientHandler {
  return async ({ socket, label }, signal) => {
    const view = display.view(label)
    try {
      for (;;) {
        const bytes = await socket.recv(undefined, { signal })
        if (bytes === null) return
        await socket.send(bytes, { signal })
        await view.data(bytes)
      }
    } finally {
      await view.end()
    }
  }
}

/**
 * Waits for the first bytes, the end of the client's side or a second of silence, then sends the answer, and ends our side. What the client
 * still sends is taken and shown: closing on it would reset the connection, and the answer might be lost.
 */
export function replyTo(answer: Uint8Array, display: Display): ClientHandler {
  return async (client, signal) => {
    const { socket } = client
    const first = await recvWithin(socket, { signal, timeout: SPEAK_FIRST_MS })
    if (first) socket.unread(first)
    await socket.send(answer, { signal })
    await socket.shutdown({ signal })
    await showAll(client, { display }, { signal, timeout: AFTER_REPLY_MS })
  }
}
