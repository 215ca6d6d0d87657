/** What a command of the text door is, and what it can use. */
import type { TextLine } from '@partyline/protocols'
import type { Search } from '../../core/archive.ts'
import type { Chat } from '../../core/chat.ts'
import type { Clock } from '../../core/clock.ts'
import type { Session } from '../../core/session.ts'
import type { Style } from './style.ts'

/** What a person has chosen, or is in the middle of; it lasts as long as their connection. */
export interface Settings {
  style: Style
  /** What was searched for last, and the last message that it found: for going on. */
  search: { readonly query: Search; readonly beforeId: string } | undefined
}

/** What a command can use. */
export interface CommandContext {
  readonly chat: Chat
  readonly session: Session
  readonly clock: Pick<Clock, 'now'>
  readonly settings: Settings
  /** Sends lines to this person only, in one write, in their style. */
  readonly reply: (lines: readonly TextLine[]) => void
  /** Leaves the chat as soon as everything said before is delivered. */
  readonly quit: () => Promise<void>
}

export interface Command {
  /** The words after the name, as the help shows them. */
  readonly usage: string
  /** At most so long that the line of the help fits in 80 columns. */
  readonly help: string
  /** What `/help COMMAND` says besides. */
  readonly more: readonly string[]
  /** How many words it needs at least; the last of them takes the rest of the line. */
  readonly needs: number
  run(context: CommandContext, ...words: string[]): void | Promise<void>
}
