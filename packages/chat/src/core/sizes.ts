/** How long what comes from a person may be. */
import { ChatError } from './errors.ts'
import { LIMITS } from './limits.ts'

/** Throws `too-long` for a message of more than `LIMITS.messageBytes`. */
export function checkMessage(text: string): void {
  if (byteLength(text, LIMITS.messageBytes) > LIMITS.messageBytes) throw new ChatError('too-long')
}

/** Throws `remark-too-long` for a topic, a reason and the like of more than `LIMITS.remarkBytes`. */
export function checkRemark(text: string): void {
  if (byteLength(text, LIMITS.remarkBytes) > LIMITS.remarkBytes) throw new ChatError('remark-too-long')
}

/** Throws `bad-id` for an empty id, and one of more than `LIMITS.idLength` characters. */
export function checkId(id: string | undefined): void {
  if (id === '' || (id?.length ?? 0) > LIMITS.idLength) throw new ChatError('bad-id')
}

const encoder = new TextEncoder()

// In UTF-8. Text that is short enough in any case is not encoded just to be measured.
function byteLength(text: string, most: number): number {
  return text.length * 3 <= most ? text.length * 3 : encoder.encode(text).length
}
