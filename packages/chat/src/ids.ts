/** Ids that sort by time: UUIDs of version 7 (RFC 9562 section 5.7). */
import { randomUUID } from 'node:crypto'

/** Makes ids from a clock in milliseconds since 1970. Within one millisecond their order is random. */
export function uuidV7(now: () => number): () => string {
  return () => {
    const time = Math.max(0, Math.floor(now())).toString(16).padStart(12, '0').slice(-12)
    // A random UUID is the same but for its first 48 bits and its version.
    return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
  }
}
