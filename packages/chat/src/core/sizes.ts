/** How long what comes from a person may be, and what a reaction may be made of. */
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

/** As much of a remark as has `LIMITS.remarkBytes`: for what must not be refused, why somebody leaves. */
export function cutRemark(text: string): string {
  if (byteLength(text, LIMITS.remarkBytes) <= LIMITS.remarkBytes) return text
  const { read } = encoder.encodeInto(text, new Uint8Array(LIMITS.remarkBytes))
  return text.slice(0, read)
}

/** Throws `bad-id` for an empty id, and one of more than `LIMITS.idLength` characters. */
export function checkId(id: string | undefined): void {
  if (id === '' || (id?.length ?? 0) > LIMITS.idLength) throw new ChatError('bad-id')
}

// What has a shape, and a joiner or a selector of shapes between: as the gate to a terminal lets it through.
const REACTION =
  /^[[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u{FFF9}-\u{FFFB}\p{Default_Ignorable_Code_Point}][\u{200C}\u{200D}\p{Variation_Selector}]]+$/v
const HAS_SHAPE = /[^\p{Default_Ignorable_Code_Point}\p{White_Space}]/u

/** Throws `bad-reaction` unless it has 1 to `LIMITS.reactionLength` characters that can be seen, no blanks around them. */
export function checkReaction(text: string): void {
  const isGood = REACTION.test(text) && HAS_SHAPE.test(text) && text === text.trim()
  if (!isGood || Array.from(text).length > LIMITS.reactionLength) throw new ChatError('bad-reaction')
}

const encoder = new TextEncoder()

// In UTF-8. Text that is short enough in any case is not encoded just to be measured.
function byteLength(text: string, most: number): number {
  return text.length * 3 <= most ? text.length * 3 : encoder.encode(text).length
}
