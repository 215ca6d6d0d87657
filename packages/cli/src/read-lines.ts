/** Lines from a pipe, a file, or a terminal that edits lines itself. */
import { on } from 'node:events'
import { type DecodedLine, TextLineDecoder } from '@partyline/protocols'
import type { Input } from './io.ts'

/** Above so many unread chunks the input is paused. */
const CHUNKS_AHEAD = 16

/**
 * Hands each line to `take`, waiting for one before the next, and resolves when the input has ended or `signal`
 * aborts. A last line without an ending counts, an empty line does not; of a line longer than `max` bytes only
 * the length is told. An input that cannot be read (a terminal that went away) has ended.
 */
export async function readLines(
  input: Input,
  take: (line: DecodedLine) => void | Promise<void>,
  { signal, max }: { readonly signal: AbortSignal; readonly max: number },
): Promise<void> {
  const decoder = new TextLineDecoder({ max })
  try {
    for await (const chunk of chunks(input, signal)) {
      for (const line of decoder.feed(chunk)) await take(line)
      if (signal.aborted) return
    }
  } finally {
    input.pause() // what comes later belongs to nobody, and must not keep the process
  }
  if (signal.aborted) return
  for (const line of decoder.end()) await take(line)
}

// Not the stream's own iterator: it could not be stopped while it waits, and would destroy the input.
async function* chunks(input: Input, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (input.readableEnded || input.destroyed || signal.aborted) return
  const options = { signal, close: ['end', 'close'], highWaterMark: CHUNKS_AHEAD, lowWaterMark: 1 }
  try {
    for await (const [chunk] of on(input, 'data', options)) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    }
  } catch {
    // Stopped, or the input failed: either way there is no more. What the caller throws does not come by here.
  }
}
