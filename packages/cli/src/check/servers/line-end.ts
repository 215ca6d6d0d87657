/**
 * How a server wants its lines. A point about what a server answers must not fail for how it reads: other points are
 * about that. So it is asked as nc would, and if that fails as the tutorials' clients would, without a newline.
 */
import type { LineEnd, Point, ServerPeer } from '../point.ts'
import { Fault, type Talk } from '../talk.ts'

/** Longer than any reader that takes a silence for the end of a line waits for it, in milliseconds. */
const BETWEEN_UNENDED_LINES_MS = 400
/** As long as a person needs at least for the next line, in milliseconds. */
const BETWEEN_LINES_MS = 200

/** Makes a point's `run` of one that is told the line ending. What is found out once is kept for the other points. */
export function withLineEnd(
  run: (peer: ServerPeer, end: LineEnd) => Promise<void>,
): Point<ServerPeer>['run'] {
  return async (peer) => {
    if (peer.lineEnd !== undefined) return run(peer, peer.lineEnd)
    try {
      await run(peer, '\n')
      peer.lineEnd = '\n'
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      await peer.fresh()
      if (!(await peer.again(() => run(peer, '')))) throw fault
      peer.lineEnd = ''
    }
  }
}

/** Sends lines as a person would: one after the other, never two in one packet. Prompts in between are passed over. */
export async function say(talk: Talk, lines: readonly string[], end: LineEnd | '\r\n'): Promise<void> {
  for (const [index, line] of lines.entries()) {
    if (index > 0) await talk.pause(end === '' ? BETWEEN_UNENDED_LINES_MS : BETWEEN_LINES_MS)
    await talk.discard()
    await talk.send(`${line}${end}`)
  }
}
