/** How much is in a history. */
import type { History } from '@partyline/chat'
import { counted } from './words.ts'

export interface Summary {
  readonly rooms: number
  /** Private conversations. */
  readonly conversations: number
  /** In all of them, deleted ones included. */
  readonly messages: number
}

export function summaryOf(history: History): Summary {
  const all = history.rooms('all')
  const rooms = all.filter(({ room }) => room.startsWith('#')).length
  const messages = all.reduce((sum, record) => sum + record.messages, 0)
  return { rooms, conversations: all.length - rooms, messages }
}

/** `1,234 messages in 3 rooms and 1 private conversation`. */
export function summaryWords({ rooms, conversations, messages }: Summary): string {
  const besides = conversations === 0 ? '' : ` and ${counted(conversations, 'private conversation')}`
  return `${counted(messages, 'message')} in ${counted(rooms, 'room')}${besides}`
}
