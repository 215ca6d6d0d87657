/** Whom a message names: persons who are here, by their names as words of it, with or without an `@` before. */
import type { PersonRef } from './events.ts'
import { LIMITS } from './limits.ts'
import { caseless, NAME_CHARACTERS } from './names.ts'

const WORDS = new RegExp(`${NAME_CHARACTERS}+`, 'gu')
// The same for ASCII, which most texts are: much cheaper, and every message is looked through.
const ASCII = /^[ -~\s]*$/
const ASCII_WORDS = /[\w\-[\]{}|^]+/g
const SIGNS_AROUND = /^[^\p{L}\p{M}\p{Nd}]+|[^\p{L}\p{M}\p{Nd}]+$/gu
const HAS_SIGNS_AROUND = /^[_\-[\]{}|^]|[_\-[\]{}|^]$/

/**
 * The ids of the persons that a text names, but not its sender; undefined when there are none. `find` looks a
 * person up by caseless name. Bounded by `LIMITS.mentionWords` and `LIMITS.mentions`.
 */
export function mentionsIn(
  text: string,
  sender: string,
  find: (name: string) => PersonRef | undefined,
): readonly string[] | undefined {
  let ids: Set<string> | undefined
  const words = ASCII.test(text) ? text.toLowerCase().match(ASCII_WORDS) : caseless(text).match(WORDS)
  for (const word of words?.slice(0, LIMITS.mentionWords) ?? []) {
    const bare = HAS_SIGNS_AROUND.test(word) ? word.replaceAll(SIGNS_AROUND, '') : word
    const id = (find(word) ?? (bare === word ? undefined : find(bare)))?.id
    if (id === undefined || id === sender) continue
    ids ??= new Set()
    ids.add(id)
    if (ids.size === LIMITS.mentions) break
  }
  return ids === undefined ? undefined : [...ids]
}
