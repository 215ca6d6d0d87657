/** What the store contract's tests are made of. */
import assert from 'node:assert/strict'
import type { Deleted, Edited, Keepable, Message, PersonRef, Reacted, TopicSet } from '../../core/events.ts'
import type { Store } from '../../core/store.ts'

export const ANN: PersonRef = { id: 'p-ann', name: 'ann' }
export const BOB: PersonRef = { id: 'p-bob', name: 'Bob' }

/** One rule: gets an empty store, and a way to set the time that the store takes. */
export type Rule = (store: Store, setNow: (now: number) => void) => Promise<void>

/** Rules by the sentence that says them. */
export type Contract = Readonly<Record<string, Rule>>

/** Ann says something in the lobby. */
export function said(id: string, more: Partial<Message> = {}): Message {
  return { kind: 'said', id, room: '#lobby', from: ANN, text: `text ${id}`, ...more }
}

export function edited(id: string, target: string, text: string, more: Partial<Edited> = {}): Edited {
  return { kind: 'edited', id, room: '#lobby', from: ANN, target, text, ...more }
}

export function deleted(id: string, target: string, more: Partial<Deleted> = {}): Deleted {
  return { kind: 'deleted', id, room: '#lobby', from: ANN, target, ...more }
}

export function reacted(id: string, target: string, text: string, more: Partial<Reacted> = {}): Reacted {
  return { kind: 'reacted', id, room: '#lobby', from: ANN, target, text, ...more }
}

export function topic(id: string, text: string, more: Partial<TopicSet> = {}): TopicSet {
  return { kind: 'topic', id, room: '#lobby', from: ANN, text, ...more }
}

/** Messages with the ids `#lobby-1`, `#lobby-2` and so on. */
export function numbered(count: number, room = '#lobby'): Message[] {
  return Array.from({ length: count }, (_, index) => said(`${room}-${index + 1}`, { room }))
}

export function idsOf(events: readonly Keepable[]): readonly string[] {
  return events.map(({ id }) => id)
}

export function seqsOf(events: readonly { readonly seq: number }[]): readonly number[] {
  return events.map(({ seq }) => seq)
}

/** The whole numbers from `first` to `last`. */
export function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
}

/** What is found in all rooms, or in what the query says besides, as ids, newest first. */
export async function foundIds(
  store: Pick<Store, 'search'>,
  words: string,
  more: Partial<Parameters<Store['search']>[0]> = {},
): Promise<readonly string[]> {
  const list = words.split('|').filter((text) => text !== '')
  const query = {
    words: list.map((text) => ({ text, phrase: false })),
    conversations: 'all',
    count: 50,
  } as const
  return idsOf(await store.search({ ...query, ...more }))
}

/** Awaits a rejection with this code of a `StoreError`. */
export async function rejectsWith(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, { name: 'StoreError', code })
}
