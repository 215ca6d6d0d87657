/** The bytes of a pipe or a file, one chunk after the other, no faster than they are taken. */
import type { Input } from './io.ts'

/**
 * Hands each chunk to `take` and waits for it before the next. Resolves when the input has ended, cannot be read
 * any more, or `signal` has aborted; the input is paused then, so that it does not keep the process.
 */
export function readBytes(
  input: Input,
  take: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || input.readableEnded || input.destroyed) return Promise.resolve()
  return new Promise((resolve, reject) => {
    let taking = Promise.resolve()
    const stop = (settle: () => void): void => {
      input.pause().off('data', onData).off('end', onEnd).off('error', onEnd).off('close', onEnd)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = (): void => stop(resolve)
    // Not before the last chunk is taken: `end` follows it at once.
    const onEnd = (): void => {
      taking.then(
        () => stop(resolve),
        () => {}, // told by onData
      )
    }
    const onData = (chunk: Uint8Array | string): void => {
      input.pause()
      taking = take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      taking.then(
        () => {
          if (!signal.aborted) input.resume()
        },
        (error: unknown) => stop(() => reject(error)),
      )
    }
    signal.addEventListener('abort', onAbort, { once: true })
    input.on('data', onData).on('end', onEnd).on('error', onEnd).on('close', onEnd)
    input.resume()
  })
}

/** Each LF as CR LF, but for one that follows a CR already, over chunks that are cut anywhere. */
export class CrlfEncoder {
  #afterCr = false

  encode(bytes: Uint8Array): Uint8Array {
    const parts: Uint8Array[] = []
    let start = 0
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
      const isWhole = at === 0 ? this.#afterCr : bytes[at - 1] === CR
      if (isWhole) continue
      parts.push(bytes.subarray(start, at), CRLF)
      start = at + 1
    }
    if (bytes.length > 0) this.#afterCr = bytes.at(-1) === CR
    return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(start)])
  }
}

const LF = 0x0a
const CR = 0x0d
const CRLF = Buffer.from('\r\n')
