/** What is searched: most of it common, because those who search seldom know how rare a word is. */
import { COMMON_WORDS, nameOf, roomOf, wordOf } from './texts.ts'

export interface Kind {
  readonly title: string
  readonly searches: readonly string[]
}

const WORDS = COMMON_WORDS.filter((word) => word.length >= 3)
const [first = '', second = '', third = ''] = WORDS
/** From the middle of the list on, where words are still in one of a hundred messages. */
const LESSER = WORDS.slice(-20)

/** Words of rank 300 and so on: a few in ten thousand messages have one of them, hardly any has two. */
const SELDOM = [300, 400, 500, 600, 700].map((rank) => `${wordOf(rank)} ${wordOf(rank + 1)}`)

/** `newest`: when the last message was said, in milliseconds since 1970. */
export function kindsOf(newest: number): readonly Kind[] {
  const aYearAgo = new Date(newest - 365 * 86_400_000).toISOString().slice(0, 10)
  return [
    { title: 'one common word', searches: WORDS.slice(0, 30) },
    { title: 'two common words', searches: LESSER.map((word) => `${word} ${first}`) },
    { title: 'three common words', searches: LESSER.map((word) => `${word} ${second} ${third}`) },
    { title: 'two words that are seldom said together', searches: SELDOM },
    { title: 'two common words, as a phrase', searches: LESSER.map((word) => `"${first} ${word}"`) },
    {
      title: 'a common word, from one person',
      searches: [0, 1, 10, 100, 1000].map((rank) => `${first} from:${nameOf(rank)}`),
    },
    {
      title: 'a common word, in one room',
      searches: [0, 1, 10, 49].map((rank) => `${second} in:${roomOf(rank)}`),
    },
    {
      title: 'a common word, long ago',
      searches: WORDS.slice(0, 5).map((word) => `${word} before:${aYearAgo}`),
    },
    { title: 'a common word of two letters', searches: ['to', 'it', 'of'] },
    { title: 'what nobody ever said', searches: ['quaternionically', `${first} quaternionically`] },
    {
      title: 'what nobody ever said, of parts that all say',
      searches: ['thatther', 'wherethere', 'heretherethat'],
    },
  ]
}
