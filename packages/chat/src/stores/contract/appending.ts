/** The store contract: what `append` keeps, in which order, and what twice. */
import assert from 'node:assert/strict'
import {
  ANN,
  BOB,
  type Contract,
  deleted,
  edited,
  idsOf,
  numbered,
  range,
  said,
  seqsOf,
  topic,
} from './events.ts'

const NUMBERS: Contract = {
  'append gives each room its own numbers from 1, in the order given': async (store) => {
    const kept = await store.append([said('a'), said('b', { room: '#den' }), said('c')])
    assert.deepEqual(
      kept.map(({ id, room, seq }) => [id, room, seq]),
      [
        ['a', '#lobby', 1],
        ['b', '#den', 1],
        ['c', '#lobby', 2],
      ],
    )
    assert.deepEqual(seqsOf(await store.append([said('d')])), [3])
  },
  'append numbers messages, edits, deletes and topics alike': async (store) => {
    const batch = [said('a'), edited('b', 'a', 'new'), topic('c', 'tea'), deleted('d', 'a'), said('e')]
    assert.deepEqual(seqsOf(await store.append(batch)), range(1, 5))
  },
  'append gives times that are never equal and never go backwards in a room': async (store, setNow) => {
    setNow(1_000_000)
    const first = await store.append(numbered(3))
    setNow(5)
    const later = await store.append([said('later')])
    const times = [...first, ...later].map(({ time }) => time)
    assert.deepEqual(times, [1_000_000, 1_000_001, 1_000_002, 1_000_003])
  },
  'append takes the time as it is when the clock is right': async (store, setNow) => {
    setNow(1_000_000)
    await store.append([said('a')])
    setNow(2_000_000.7)
    const [kept] = await store.append([said('b')])
    assert.equal(kept?.time, 2_000_000)
  },
  'append of many batches at once keeps the order of the calls': async (store) => {
    const batches = numbered(50).map((one) => store.append([one]))
    const kept = (await Promise.all(batches)).flat()
    assert.deepEqual(seqsOf(kept), range(1, 50))
    assert.deepEqual(idsOf(kept), idsOf(numbered(50)))
  },
  'append of nothing gives nothing': async (store) => {
    assert.deepEqual(await store.append([]), [])
  },
}

const TWICE: Contract = {
  'append of the same event again gives the earlier one and keeps nothing': async (store, setNow) => {
    const batch = [said('a', { replyTo: 'x' }), edited('b', 'a', 'new'), topic('c', 'tea'), deleted('d', 'a')]
    const first = await store.append(batch)
    setNow(1_000_000)
    assert.deepEqual(await store.append(batch), first)
    assert.deepEqual(await store.since('#lobby', 0, 100), first)
    assert.deepEqual(seqsOf(await store.append([said('e')])), [5])
  },
  'append of a batch that is half known keeps the other half': async (store) => {
    await store.append(numbered(2))
    const kept = await store.append(numbered(4))
    assert.deepEqual(seqsOf(kept), [1, 2, 3, 4])
    assert.equal((await store.since('#lobby', 0, 100)).length, 4)
  },
  "append of the same person's same client id gives the earlier message again": async (store) => {
    const [first] = await store.append([said('a', { clientId: 'x' })])
    const [again, other] = await store.append([
      said('b', { clientId: 'x', text: 'different' }),
      said('c', { clientId: 'x', from: BOB }),
    ])
    assert.deepEqual(again, first)
    assert.equal(other?.id, 'c')
    assert.deepEqual(idsOf(await store.since('#lobby', 0, 100)), ['a', 'c'])
  },
  'append of the same client id twice in one batch keeps it once': async (store) => {
    const kept = await store.append([said('a', { clientId: 'x' }), said('b', { clientId: 'x' })])
    assert.deepEqual(idsOf(kept), ['a', 'a'])
    assert.equal((await store.room('#lobby'))?.messages, 1)
  },
  'append of a known message gives it as it was said, also after it was edited': async (store) => {
    const [first] = await store.append([said('a', { clientId: 'x' })])
    await store.append([edited('b', 'a', 'new'), deleted('c', 'a')])
    assert.deepEqual(await store.append([said('a', { clientId: 'x' })]), [first])
  },
}

const WHOLE: Contract = {
  'append gives back what it keeps, whole': async (store, setNow) => {
    setNow(7)
    const message = said('a', {
      kind: 'action',
      room: '@p-ann+p-bob',
      to: BOB,
      clientId: 'mark',
      replyTo: 'earlier',
      mentions: ['p-bob', 'p-eve'],
    })
    const [kept] = await store.append([message])
    assert.deepEqual(kept, { ...message, seq: 1, time: 7 })
    assert.deepEqual(await store.since('@p-ann+p-bob', 0, 10), [kept])
    assert.deepEqual(await store.history({ room: '@p-ann+p-bob', count: 10 }), [kept])
  },
  'append leaves out what is undefined': async (store) => {
    const [kept] = await store.append([said('a', { to: undefined, clientId: undefined, replyTo: undefined })])
    assert.deepEqual(kept, {
      kind: 'said',
      id: 'a',
      room: '#lobby',
      from: ANN,
      text: 'text a',
      seq: 1,
      time: 1,
    })
    assert.deepEqual(await store.since('#lobby', 0, 10), [kept])
  },
  'append keeps any text as it came, but for lone surrogates': async (store) => {
    const texts = [
      '',
      'a\u0000\n\u001b[31m ::',
      '\u{1F600}\u202e',
      "'; drop table event; --",
      'x'.repeat(4096),
    ]
    await store.append(texts.map((text, index) => said(`t${index}`, { text })))
    const history = await store.history({ room: '#lobby', count: 10 })
    assert.deepEqual(
      history.map(({ text }) => text),
      texts,
    )
    const [lone] = await store.append([said('lone', { text: 'a\ud800b', clientId: '\udc00' })])
    assert.deepEqual(await store.append([said('again', { clientId: '\udc00' })]), [lone])
    assert.equal(lone?.kind === 'said' && lone.text, 'a\ufffdb')
    assert.deepEqual(await store.since('#lobby', texts.length, 10), [lone])
  },
}

export const APPENDING: Contract = { ...NUMBERS, ...TWICE, ...WHOLE }
