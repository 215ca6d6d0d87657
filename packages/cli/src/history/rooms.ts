/** Finding the room that was typed. */
import { ChatError, type History, parseRoomName } from '@partyline/chat'
import { didYouMean } from '@partyline/protocols'
import { CommandError } from '../failure.ts'

/** Rooms named in the sentence about one that there is not. */
const NAMED = 10

/**
 * The key that was meant: with or without `#`, which a shell takes for a comment, in any case. Throws a CommandError
 * for what no room can be called.
 */
export function roomKey(typed: string): string {
  try {
    return parseRoomName(typed)
  } catch (error) {
    if (!(error instanceof ChatError)) throw error
    throw new CommandError(2, `"${typed}" is no room: ${error.message}.`, [], error, { room: typed })
  }
}

/** The key of a room that has a history. Throws a CommandError with a suggestion when it has none. */
export function knownRoom(history: History, typed: string): string {
  const key = roomKey(typed)
  if (history.room(key) !== undefined) return key
  const rooms = history.rooms('named').map(({ room }) => room)
  const meant = didYouMean(key, rooms)
  const more = rooms.length > NAMED ? ' ...' : ''
  const hint = rooms.length === 0 ? [] : [`There are: ${rooms.slice(0, NAMED).join(' ')}${more}`]
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`
  throw new CommandError(1, `nothing was ever said in ${key}.${guess}`, hint, undefined, { room: key })
}
