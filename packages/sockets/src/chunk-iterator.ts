/** `for await` over a stream's chunks. */
import { MORE, type ReceiveQueue } from './receive-queue.ts'

/** The oldest chunk as it came; null at the end. */
export function takeChunk(queue: ReceiveQueue): Buffer | null | typeof MORE {
  return queue.first === undefined ? queue.atEnd() : queue.take(undefined)
}

function takeResult(queue: ReceiveQueue): IteratorResult<Buffer> | typeof MORE {
  const chunk = takeChunk(queue)
  if (chunk === MORE) return MORE
  return chunk === null ? { done: true, value: undefined } : { done: false, value: chunk }
}

/** Chunks as they come. Leaving the loop closes nothing. */
export class ChunkIterator implements AsyncIterableIterator<Buffer> {
  readonly #queue: ReceiveQueue

  constructor(queue: ReceiveQueue) {
    this.#queue = queue
  }

  next(): Promise<IteratorResult<Buffer>> {
    return this.#queue.receive(takeResult, undefined)
  }

  return(): Promise<IteratorResult<Buffer>> {
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return this
  }
}
