/**
 * A history that looks like one: many people in some rooms, who say short things in words of which few are very
 * common and most are rare. The same seed says the same.
 */
import type { Keepable, PersonRef } from '../../packages/chat/src/core/events.ts'

export interface HistorySize {
  readonly messages: number
  readonly rooms: number
  readonly people: number
}

/** The commonest first. Each stands in several of a hundred messages. */
export const COMMON_WORDS: readonly string[] =
  `the you and that is it to of in what have was not for this on are with know but they can we all there your just do
  out get about like here right now think well up him one yeah her good see how would let okay time will from want
  been tell really need an as no if could some who when come back look then them something thank where why take never
  make sure room lesson server socket port line packet client answer tonight tomorrow question machine network`.split(
    /\s+/,
  )

/** Different words in all. */
const VOCABULARY = 20_000
const SYLLABLES = 'ba cho den fi gra hul ka lo mer ni os pra qui ra sto tun ul ver wix yo zam'.split(' ')
/** Of each message that is a deed and not said. */
const ACTIONS = 0.03

/** A number from 0 up to but without 1, again and again: mulberry32, which is good enough for words. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Everything that was said, in order. `newId` makes ids that sort by time. */
export function* sayings(size: HistorySize, seed: number, newId: () => string): Generator<Keepable> {
  const random = randomFrom(seed)
  const words = Array.from({ length: VOCABULARY }, (_, rank) => wordOf(rank))
  const people = Array.from(
    { length: size.people },
    (_, index): PersonRef => ({ id: `person-${index}`, name: nameOf(index) }),
  )
  for (let i = 0; i < size.messages; i++) {
    const from = people[rankOf(random(), people.length)] ?? { id: 'nobody', name: 'nobody' }
    const count = 1 + Math.floor(24 * random() ** 2) // nine on average
    const text = Array.from({ length: count }, () => words[rankOf(random(), words.length)]).join(' ')
    const kind = random() < ACTIONS ? 'action' : 'said'
    yield { kind, id: newId(), room: roomOf(rankOf(random(), size.rooms)), from, text }
  }
}

/** The rooms, the busiest first. None is the lobby, so that whoever comes in there is shown nothing. */
export function roomOf(rank: number): string {
  return `#room-${rank + 1}`
}

/** The words, the commonest first. */
export function wordOf(rank: number): string {
  return COMMON_WORDS[rank] ?? rareWord(rank)
}

/** The people, the most talkative first. */
export function nameOf(rank: number): string {
  return `${rareWord(rank)}${rank}`
}

// By Zipf's law, as in any language: the second is half as common as the first, the tenth a tenth.
function rankOf(random: number, count: number): number {
  return Math.min(count - 1, Math.floor((count + 1) ** random) - 1)
}

function rareWord(rank: number): string {
  let word = ''
  for (let rest = rank + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length]
  }
  return word
}
