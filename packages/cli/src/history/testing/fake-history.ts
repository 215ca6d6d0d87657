/** A history in memory, with as much in it as the tests of this folder need. */
import type { History, HistoryMessage, Kept, RoomRecord } from '@partyline/chat'

export interface FakeHistory extends History {
  /** Oldest first; a test may add to it. */
  readonly all: HistoryMessage[]
  /** What was asked by `search`: how many at once. */
  readonly asked: number[]
}

/** A message that was said; `seq` is its number in every way. */
export function saidAs(seq: number, more: Partial<HistoryMessage> = {}): HistoryMessage {
  const from = { id: 'p1', name: 'ann' }
  return { kind: 'said', id: `m${seq}`, seq, room: '#lobby', from, text: `text ${seq}`, time: seq, ...more }
}

/** A history of these messages. It knows pages, rooms and `since`; its search takes the first word only. */
export function fakeHistory(all: HistoryMessage[]): FakeHistory {
  const asked: number[] = []
  const record = (room: string): RoomRecord => {
    const own = all.filter((message) => message.room === room)
    const last = own.at(-1)
    return { room, topic: '', lastSeq: last?.seq ?? 0, lastTime: last?.time ?? 0, messages: own.length }
  }
  const rooms = (): string[] => [...new Set(all.map(({ room }) => room))]
  return {
    all,
    asked,
    history: () => [],
    since: (room, seq, count): Kept[] =>
      all.filter((one) => one.room === room && one.seq > seq).slice(0, count),
    room: (room) => (rooms().includes(room) ? record(room) : undefined),
    search({ words: [word], room, conversations, count, beforeId }) {
      asked.push(count)
      const end = beforeId === undefined ? all.length : all.findIndex(({ id }) => id === beforeId)
      const fits = (one: HistoryMessage): boolean =>
        (room === undefined || one.room === room) &&
        (one.room.startsWith('#') || conversations === 'all' || conversations.includes(one.room)) &&
        one.text.includes(word?.text ?? '')
      return all.slice(0, end).toReversed().filter(fits).slice(0, count)
    },
    rooms: (which) =>
      rooms()
        .filter((room) => which === 'all' || room.startsWith('#'))
        .map(record),
    *messages() {
      yield* all
    },
    writer: () => undefined,
    faults: () => [],
    close: () => {},
  }
}
