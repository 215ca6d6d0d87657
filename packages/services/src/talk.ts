/** Two people, one line at a time, any time: what `partyline talk` speaks on both ends. */
import { type DecodedLine, MAX_LINE_BYTES } from '@partyline/protocols'
import type { ByteStream, Op } from '@partyline/sockets'
import { receiveLines } from './receive-lines.ts'

/** What the other one says, line by line, to the end: see `receiveLines`. `op` is for each receive. */
export function talkLines(stream: ByteStream, op: Op = {}): AsyncGenerator<DecodedLine, void, undefined> {
  return receiveLines(stream, op)
}

/**
 * Says a text: one line for each of its lines, none for empty ones. Resolves as `send` does; rejects with a
 * RangeError, and says nothing, when a line has more than 4096 bytes.
 */
export async function sayLine(stream: ByteStream, text: string): Promise<void> {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  if (lines.some((line) => Buffer.byteLength(line) > MAX_LINE_BYTES)) {
    throw new RangeError(`a line has at most ${MAX_LINE_BYTES} bytes`)
  }
  if (lines.length > 0) await stream.send(`${lines.join('\n')}\n`)
}
