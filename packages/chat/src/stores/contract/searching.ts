/** The store contract: what a search finds. */
import assert from 'node:assert/strict'
import type { Message } from '../../core/events.ts'
import type { Store } from '../../core/store.ts'
import { BOB, type Contract, deleted, edited, foundIds, said, topic } from './events.ts'

/** Messages by their ids. */
async function tell(
  store: Store,
  texts: Readonly<Record<string, string>>,
  more: Partial<Message> = {},
): Promise<void> {
  await store.append(Object.entries(texts).map(([id, text]) => said(id, { text, ...more })))
}

const WORDS: Contract = {
  'search finds parts of words in any case, newest first': async (store) => {
    await tell(store, { a: 'Tea is ready', b: 'coffee', c: 'no STEAM left', d: 'te a' })
    assert.deepEqual(await foundIds(store, 'tea'), ['c', 'a'])
    assert.deepEqual(await foundIds(store, 'TEAM'), ['c'])
    assert.deepEqual(await foundIds(store, 'nothing'), [])
  },
  'search gives messages whole, as they are now': async (store) => {
    const [kept] = await store.append([
      said('a', { room: '@x+y', to: BOB, text: 'tea', clientId: 'c', mentions: ['p'] }),
    ])
    const query = { words: [{ text: 'tea', phrase: false }], conversations: 'all', count: 10 } as const
    assert.deepEqual(await store.search(query), [kept])
    const [edit] = await store.append([edited('b', 'a', 'teapot', { room: '@x+y' })])
    assert.deepEqual(await store.search(query), [{ ...kept, text: 'teapot', editedAt: edit?.time }])
  },
  'search wants all the words, in any order': async (store) => {
    await tell(store, { a: 'milk and tea', b: 'tea and milk', c: 'tea', d: 'milk' })
    assert.deepEqual(await foundIds(store, 'tea|milk'), ['b', 'a'])
    assert.deepEqual(await foundIds(store, 'tea|milk|a'), ['b', 'a'])
    assert.deepEqual(await foundIds(store, 'tea|milk|x'), [])
  },
  'search wants a phrase as it stands': async (store) => {
    await tell(store, { a: 'green tea', b: 'tea green', c: 'green  tea', d: 'evergreen teapot' })
    assert.deepEqual(await foundIds(store, 'green tea'), ['d', 'a'])
  },
  'search finds words of one and two characters': async (store) => {
    await tell(store, { a: 'go to it', b: 'I stop', c: '100% _x_', d: 'ÄÖ', e: '你好吗', f: '我好' })
    assert.deepEqual(await foundIds(store, 'go'), ['a'])
    assert.deepEqual(await foundIds(store, 'i'), ['b', 'a'])
    assert.deepEqual(await foundIds(store, '%'), ['c'])
    assert.deepEqual(await foundIds(store, '_x'), ['c'])
    assert.deepEqual(await foundIds(store, 'äö'), ['d'])
    assert.deepEqual(await foundIds(store, '好'), ['f', 'e'])
    assert.deepEqual(await foundIds(store, '你好'), ['e'])
    assert.deepEqual(await foundIds(store, 'it|go to'), ['a'])
  },
  'search knows case beyond ASCII, and languages without blanks': async (store) => {
    await tell(store, {
      a: 'Viel ÄRGER',
      b: 'ΣΟΦΟΣ',
      c: 'ПРИВЕТ всем',
      d: '今日は天気がいい',
      e: '\u{1F600}\u{1F601}\u{1F602}',
    })
    assert.deepEqual(await foundIds(store, 'ärger'), ['a'])
    assert.deepEqual(await foundIds(store, 'σοφος'), ['b'])
    assert.deepEqual(await foundIds(store, 'привет'), ['c'])
    assert.deepEqual(await foundIds(store, '天気が'), ['d'])
    assert.deepEqual(await foundIds(store, '\u{1F600}\u{1F601}\u{1F602}'), ['e'])
    assert.deepEqual(await foundIds(store, '\u{1F601}'), ['e'])
  },
  'search takes every character as itself': async (store) => {
    const text = `"x" AND (y OR z*) NOT text:a^b NEAR(c, 2) - + {d} \\ 'e' [f] ? % _ ;--`
    await tell(store, { a: text, b: 'x y z' })
    for (const word of [
      text,
      '"x"',
      'AND (y',
      'z*)',
      'text:a',
      'a^b',
      'NEAR(c, 2)',
      '{d} \\',
      "'e'",
      '[f]',
      ';--',
      '"',
    ]) {
      assert.deepEqual(await foundIds(store, word), ['a'], word)
    }
    assert.deepEqual(await foundIds(store, '*'), ['a'])
    assert.deepEqual(await foundIds(store, '???'), [])
    assert.deepEqual(await foundIds(store, 'a%b'), [])
  },
  'search passes over blank words, and never looks for a NUL': async (store) => {
    await tell(store, { a: 'tea', b: 'milk' })
    assert.deepEqual(await foundIds(store, 'tea|  |\0|\n'), ['a'])
    assert.deepEqual(await foundIds(store, 'te\0ea'), ['a'])
    assert.deepEqual(await foundIds(store, ''), ['b', 'a'])
  },
  'search is not confused by a lone surrogate or very long and very many words': async (store) => {
    await tell(store, { a: 'tea\ufffdtime', b: 'x'.repeat(4096) })
    assert.deepEqual(await foundIds(store, 'a\ud800t'), ['a'])
    assert.deepEqual(await foundIds(store, 'x'.repeat(4096)), ['b'])
    assert.deepEqual(await foundIds(store, 'x'.repeat(4097)), [])
    assert.deepEqual(await foundIds(store, 'xx|'.repeat(1000)), ['b'])
  },
}

const NARROWED: Contract = {
  'search never finds what was deleted, and finds the last text of what was edited': async (store) => {
    await tell(store, { a: 'green tea', b: 'black tea', c: 'tea' })
    await store.append([
      deleted('d', 'a'),
      edited('e', 'b', 'black coffee'),
      edited('f', 'c', 'rooibos'),
      topic('g', 'tea'),
    ])
    assert.deepEqual(await foundIds(store, 'tea'), [])
    assert.deepEqual(await foundIds(store, 'black coffee'), ['b'])
    assert.deepEqual(await foundIds(store, 'te'), [])
    assert.deepEqual(await foundIds(store, ''), ['c', 'b'])
  },
  'search looks into all rooms, and into the given conversations': async (store) => {
    await tell(store, { a: 'tea', b: 'xy' })
    await tell(store, { c: 'tea', d: 'xy' }, { room: '#den' })
    await tell(store, { e: 'tea', f: 'xy' }, { room: '@x+y' })
    for (const [word, [lobby, den, pair]] of [
      ['tea', ['a', 'c', 'e']],
      ['xy', ['b', 'd', 'f']],
    ] as const) {
      assert.deepEqual(await foundIds(store, word), [pair, den, lobby])
      assert.deepEqual(await foundIds(store, word, { conversations: [] }), [den, lobby])
      assert.deepEqual(await foundIds(store, word, { conversations: ['@x+z'] }), [den, lobby])
      assert.deepEqual(await foundIds(store, word, { conversations: ['@x+y', '@x+z'] }), [pair, den, lobby])
      assert.deepEqual(await foundIds(store, word, { room: '#den' }), [den])
      assert.deepEqual(await foundIds(store, word, { room: '#den', conversations: ['@x+y'] }), [den])
      assert.deepEqual(await foundIds(store, word, { room: '@x+y', conversations: ['@x+y'] }), [pair])
      assert.deepEqual(await foundIds(store, word, { room: '@x+y', conversations: ['@x+z'] }), [])
      assert.deepEqual(await foundIds(store, word, { room: '#none' }), [])
    }
  },
  'search narrows to who said it, in any case': async (store) => {
    await tell(store, { a: 'tea', b: 'xy' })
    await tell(store, { c: 'tea', d: 'xy' }, { from: BOB })
    assert.deepEqual(await foundIds(store, 'tea', { from: 'bob' }), ['c'])
    assert.deepEqual(await foundIds(store, 'xy', { from: 'ANN' }), ['b'])
    assert.deepEqual(await foundIds(store, '', { from: 'BOB' }), ['d', 'c'])
    assert.deepEqual(await foundIds(store, '', { from: 'bo' }), [])
    assert.deepEqual(await foundIds(store, '', { from: 'BOB', room: '#den' }), [])
  },
  'search narrows to a time: from `after` on, before `before`': async (store, setNow) => {
    for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
      setNow((index + 1) * 100)
      await tell(store, { [id]: 'tea' })
    }
    for (const word of ['tea', 'te', '']) {
      assert.deepEqual(await foundIds(store, word, { after: 200, before: 400 }), ['c', 'b'])
      assert.deepEqual(await foundIds(store, word, { after: 301 }), ['d'])
      assert.deepEqual(await foundIds(store, word, { before: 200 }), ['a'])
      assert.deepEqual(await foundIds(store, word, { after: 400, before: 400 }), [])
    }
  },
  'search gives page after page, newest first over all rooms': async (store) => {
    for (let index = 1; index <= 9; index += 1) {
      await tell(store, { [`m${index}`]: 'tea' }, { room: `#r${index % 3}` })
    }
    for (const word of ['tea', 'te', '']) {
      assert.deepEqual(await foundIds(store, word, { count: 4 }), ['m9', 'm8', 'm7', 'm6'])
      assert.deepEqual(await foundIds(store, word, { count: 4, beforeId: 'm6' }), ['m5', 'm4', 'm3', 'm2'])
      assert.deepEqual(await foundIds(store, word, { count: 4, beforeId: 'm2' }), ['m1'])
      assert.deepEqual(await foundIds(store, word, { count: 2, beforeId: 'm6', room: '#r2' }), ['m5', 'm2'])
      assert.deepEqual(await foundIds(store, word, { count: 4, beforeId: 'unknown' }), [])
      assert.deepEqual(await foundIds(store, word, { count: 0 }), [])
    }
  },
  'search gives at most two hundred': async (store) => {
    await store.append(Array.from({ length: 205 }, (_, index) => said(`m${index}`, { text: 'tea' })))
    assert.equal((await foundIds(store, 'tea', { count: 1000 })).length, 200)
  },
}

export const SEARCHING: Contract = { ...WORDS, ...NARROWED }
