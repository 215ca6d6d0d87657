/** The store contract: reactions to messages. */
import assert from 'node:assert/strict'
import type { HistoryMessage } from '../../core/events.ts'
import { LIMITS } from '../../core/limits.ts'
import type { Store } from '../../core/store.ts'
import { ANN, BOB, type Contract, deleted, edited, foundIds, range, reacted, said, seqsOf } from './events.ts'

async function only(store: Store): Promise<HistoryMessage | undefined> {
  const [message, ...others] = await store.history({ room: '#lobby', count: 10 })
  assert.deepEqual(others, [])
  return message
}

/** The texts, and the names with each. */
async function shown(store: Store): Promise<readonly (readonly string[])[] | undefined> {
  return (await only(store))?.reactions?.map(({ text, from }) => [text, ...from.map(({ name }) => name)])
}

const REACTING: Contract = {
  'append keeps reactions, numbered, and gives them back as they happened': async (store) => {
    const more = { room: '@p-ann+p-bob', to: BOB }
    const batch = [
      said('a', more),
      reacted('b', 'a', '+1', more),
      reacted('c', 'a', '+1', { ...more, removed: true }),
    ]
    const kept = await store.append(batch)
    assert.deepEqual(
      kept,
      batch.map((event, index) => ({ ...event, seq: index + 1, time: index + 1 })),
    )
    assert.deepEqual(await store.append(batch), kept)
    assert.deepEqual(await store.since('@p-ann+p-bob', 0, 10), kept)
    assert.deepEqual(await store.room('@p-ann+p-bob'), {
      room: '@p-ann+p-bob',
      topic: '',
      lastSeq: 3,
      lastTime: 3,
      messages: 1,
    })
  },
  'history gives who reacted with what, in the order of first use': async (store) => {
    const [a] = await store.append([said('a')])
    assert.deepEqual(await store.history({ room: '#lobby', count: 10 }), [a])
    const one = [reacted('b', 'a', '+1'), reacted('c', 'a', '\u{1F389}', { from: BOB })]
    await store.append([...one, reacted('d', 'a', '+1', { from: BOB })])
    const reactions = [
      { text: '+1', from: [ANN, BOB] },
      { text: '\u{1F389}', from: [BOB] },
    ]
    assert.deepEqual(await only(store), { ...a, reactions })
    const words = [{ text: 'text', phrase: false }]
    assert.deepEqual(await store.search({ words, conversations: 'all', count: 1 }), [{ ...a, reactions }])
    assert.deepEqual(await foundIds(store, '+1'), [])
  },
  'the same reaction of the same person twice is one': async (store) => {
    await store.append([said('a'), reacted('b', 'a', '+1'), reacted('c', 'a', '+1')])
    assert.deepEqual(await shown(store), [['+1', 'ann']])
    const namesake = { from: { id: 'p-other', name: 'ann' } }
    await store.append([reacted('d', 'a', '+1', namesake)])
    assert.deepEqual(await shown(store), [['+1', 'ann', 'ann']])
  },
  'a reaction is taken back by the one whose it is, and by nobody else': async (store) => {
    await store.append([said('a'), reacted('b', 'a', '+1'), reacted('c', 'a', '-1', { from: BOB })])
    const removed = { removed: true, from: BOB } as const
    await store.append([reacted('d', 'a', '+1', removed), reacted('e', 'a', 'x', removed)])
    assert.deepEqual(await shown(store), [
      ['+1', 'ann'],
      ['-1', 'Bob'],
    ])
    await store.append([reacted('f', 'a', '+1', { removed: true })])
    assert.deepEqual(await shown(store), [['-1', 'Bob']])
    await store.append([reacted('g', 'a', '-1', removed)])
    assert.deepEqual(await shown(store), undefined)
  },
  'reactions stay when the message is edited, and go when it is deleted': async (store) => {
    const [a] = await store.append([said('a'), reacted('b', 'a', '+1')])
    const [edit] = await store.append([edited('c', 'a', 'new')])
    assert.deepEqual(await only(store), {
      ...a,
      text: 'new',
      editedAt: edit?.time,
      reactions: [{ text: '+1', from: [ANN] }],
    })
    const [gone] = await store.append([deleted('d', 'a'), reacted('e', 'a', '-1')])
    assert.deepEqual(await only(store), { ...a, text: '', editedAt: edit?.time, deletedAt: gone?.time })
  },
  'reactions to what is not a message of the room change nothing': async (store) => {
    const [a] = await store.append([said('a'), reacted('b', 'a', '+1', { room: '#den' })])
    await store.append([reacted('c', 'unknown', '+1'), reacted('d', 'b', '+1'), reacted('e', 'e', '+1')])
    assert.deepEqual(await only(store), a)
  },
}

const BOUNDED: Contract = {
  'a message has so many different reactions, and so many in all, and further ones change nothing': async (
    store,
  ) => {
    await store.append([said('a')])
    const kinds = range(1, LIMITS.reactionTexts + 1)
    await store.append(kinds.map((kind) => reacted(`k${kind}`, 'a', `${kind}`)))
    assert.equal((await only(store))?.reactions?.length, LIMITS.reactionTexts)
    const people = range(1, LIMITS.reactions)
    const from = (index: number): { from: typeof ANN } => ({ from: { id: `p${index}`, name: 'x' } })
    await store.append(people.map((index) => reacted(`p${index}`, 'a', '1', from(index))))
    const counts = ((await only(store))?.reactions ?? []).map((reaction) => reaction.from.length)
    const rest = LIMITS.reactionTexts - 1
    assert.deepEqual(counts, [LIMITS.reactions - rest, ...Array<number>(rest).fill(1)])
    await store.append([reacted('free', 'a', '2', { removed: true }), reacted('new', 'a', 'new')])
    assert.equal((await only(store))?.reactions?.at(-1)?.text, 'new')
  },
  'reactions are no messages: not counted, not on pages, not unread': async (store) => {
    await store.append([said('a'), reacted('b', 'a', '+1'), said('c'), reacted('d', 'c', '+1')])
    assert.equal((await store.room('#lobby'))?.messages, 2)
    assert.deepEqual(seqsOf(await store.history({ room: '#lobby', count: 2 })), [1, 3])
    const unread = await store.unread({ reader: 'bob', persons: [BOB.id], room: '#lobby' })
    assert.deepEqual(unread, { read: 0, newest: 4, messages: 2, mentions: 0 })
  },
  'append keeps lone surrogates of a reaction and of its names as every database can': async (store) => {
    const from = { id: 'p', name: 'x\ud800' }
    const [a, kept] = await store.append([said('a'), reacted('b', 'a', '\udc00', { from })])
    assert.equal(kept?.kind === 'reacted' && kept.text, '\ufffd')
    const reactions = [{ text: '\ufffd', from: [{ id: 'p', name: 'x\ufffd' }] }]
    assert.deepEqual(await only(store), { ...a, reactions })
  },
}

export const REACTIONS: Contract = { ...REACTING, ...BOUNDED }
