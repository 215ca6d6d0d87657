/** What a room may be called. Unlike a person's name a wrong one is refused: whoever types it can type it again. */
import { ChatError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { caseless } from './names.ts'
import { bestWritingSystem } from './scripts.ts'

/** Where everybody is after logging in. */
export const LOBBY = '#lobby'

/**
 * The room's key of what was typed, with or without the `#`: lower case, 1 to 32 letters and digits of one script,
 * `_` and `-`, beginning with a letter or digit. Throws `bad-room-name`.
 */
export function parseRoomName(typed: string): string {
  const name = caseless(typed.trim()).replace(/^#/, '')
  const characters = Array.from(name)
  const written = /^[\p{L}0-9][\p{L}\p{M}0-9_-]*$/u.test(name) && !/\p{M}{4}|\p{DI}/u.test(name)
  if (characters.length > LIMITS.roomNameLength || !written) throw new ChatError('bad-room-name')
  const letters = characters.filter((character) => /[\p{L}\p{M}]/u.test(character))
  const system = bestWritingSystem(letters)
  if (!letters.every((letter) => system?.test(letter))) throw new ChatError('bad-room-name')
  return `#${name}`
}

/** The key of what two persons say to each other: the same from both sides, and never a room's name. */
export function pairKey(one: string, other: string): string {
  return `@${[one, other].toSorted().join('+')}`
}

/** True for the key of a private conversation. */
export function isPairKey(key: string): boolean {
  return key.startsWith('@')
}

/** The ids of the two of a private conversation, of its key; nobody of a key that `pairKey` does not give. */
export function pairOf(key: string): readonly string[] {
  if (!isPairKey(key)) return []
  // A key comes from outside as well: one that names three would let the third read what two believe private.
  const [one = '', other = ''] = key.slice(1).split('+')
  return one !== '' && one !== other && key === pairKey(one, other) ? [one, other] : []
}
