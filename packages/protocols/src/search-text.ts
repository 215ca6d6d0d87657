/**
 * What a person types to search, and what it means: `words "a phrase" from:ann in:#den before:2026-11-01
 * after:yesterday`. One language for every place where people search.
 */
import { didYouMean } from './did-you-mean.ts'
import { parseTime, TIME_FORMS, type TimeFrame } from './times.ts'

/** What is looked for. Everything must hold; without words everything that the rest lets through is found. */
export interface SearchText {
  readonly words: readonly { readonly text: string; readonly phrase: boolean }[]
  /** A name, as it was typed. */
  readonly from?: string
  /** A room, as it was typed. */
  readonly in?: string
  /** Said before this time, in milliseconds since 1970. */
  readonly before?: number
  /** Said at this time or later. */
  readonly after?: number
}

/** Words and phrases in one search; more are a problem. */
export const MAX_SEARCH_WORDS = 32

type Filter = 'from' | 'in' | 'before' | 'after'

const FILTERS: readonly Filter[] = ['from', 'in', 'before', 'after']

/**
 * Reads a search. What begins with `from:`, `in:`, `before:` or `after:` is a filter, of each kind at most one;
 * quotes hold a phrase together, also behind a filter; everything else is words. What cannot be meant is a `problem`,
 * a sentence for the person that may hold what they typed.
 */
export function parseSearchText(text: string, frame: TimeFrame): SearchText | { readonly problem: string } {
  const words: { text: string; phrase: boolean }[] = []
  const filters = new Map<Filter, string>()
  for (const [, lone, before, quoted, bare = ''] of text.matchAll(PIECES)) {
    const key = lone ?? before
    if (bare === '"') return { problem: 'a quote is opened and not closed' }
    const value = quoted ?? bare
    const filter = FILTERS.find((name) => name === key?.toLowerCase())
    if (filter !== undefined) {
      if (value === '')
        return { problem: `${filter}: needs something right after it, like ${EXAMPLES[filter]}` }
      if (filters.has(filter)) return { problem: `${filter}: can be there only once` }
      filters.set(filter, value)
      continue
    }
    const meant = misspelt(key, value)
    if (meant !== undefined) {
      return { problem: `there is no ${key}: to search by, did you mean ${meant}:? Quotes make it a word` }
    }
    const word = key === undefined ? value : `${key}:${value}`
    if (word.trim() !== '') words.push({ text: word, phrase: quoted !== undefined })
  }
  if (words.length > MAX_SEARCH_WORDS) return { problem: `a search has at most ${MAX_SEARCH_WORDS} words` }
  if (words.length + filters.size === 0) return { problem: 'there is nothing to search for' }
  return withFilters(words, filters, frame)
}

// A filter's name and its value, or a word; the value or the word may be in quotes. A quote that nothing closes is
// found by what is left of it.
const PIECES = /([a-z]+):(?=\s|$)|(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+|"))/gi

const EXAMPLES: Readonly<Record<Filter, string>> = {
  from: 'from:ann',
  in: 'in:#den',
  before: 'before:2026-11-20',
  after: 'after:yesterday',
}

// `form:ann` is a slip, `http://host` and `12:30` and `a:b` are words.
function misspelt(key: string | undefined, value: string): string | undefined {
  if (key === undefined || key.length < 3 || value.startsWith('//')) return undefined
  return didYouMean(key.toLowerCase(), FILTERS)
}

function withFilters(
  words: SearchText['words'],
  filters: ReadonlyMap<Filter, string>,
  frame: TimeFrame,
): SearchText | { readonly problem: string } {
  const times: { before?: number; after?: number } = {}
  for (const name of ['before', 'after'] as const) {
    const value = filters.get(name)
    if (value === undefined) continue
    const time = parseTime(value, frame)
    if (time === undefined) return { problem: `${name}:${value} is no time; a time is ${TIME_FORMS}` }
    times[name] = time
  }
  if (times.before !== undefined && times.after !== undefined && times.before <= times.after) {
    return { problem: 'nothing is both before and after those times' }
  }
  const [from, room] = [filters.get('from'), filters.get('in')]
  return {
    words,
    ...(from === undefined ? {} : { from }),
    ...(room === undefined ? {} : { in: room }),
    ...times,
  }
}
