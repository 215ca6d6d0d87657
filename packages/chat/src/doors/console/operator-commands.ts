/**
 * What the operator can do, at the server's console and with `partyline admin`: one table for both. What is done to
 * people goes through the chat's permissions, as everything does.
 */

import type { Chat } from '../../core/chat.ts'
import { ChatError, type ChatErrorCode } from '../../core/errors.ts'
import { type Actor, authorize } from '../../core/permissions.ts'
import { findCommand, parseCommand, splitWords, unknownCommand } from '../typed-command.ts'

export interface OperatorContext {
  readonly chat: Pick<Chat, 'people' | 'announce' | 'kick'>
  /** Who gives the commands. */
  readonly actor: Actor
  /** Ends the server. */
  readonly quit: () => void
}

/** What came of a command. */
export interface OperatorAnswer {
  /** Why it was not done; undefined when it was. `usage`: words are missing. */
  readonly error?: ChatErrorCode | 'unknown-command' | 'usage'
  /** For the operator to read. May hold what somebody typed: to be made harmless where it is shown. */
  readonly lines: readonly string[]
  /** Only of `who`. `away` is what they said about it, perhaps nothing. */
  readonly people?: readonly { readonly name: string; readonly away?: string }[]
}

interface OperatorCommand {
  /** The words after the name, as the help shows them. */
  readonly usage: string
  readonly help: string
  /** How many words it needs at least, and takes at most; the last of them takes the rest of the line. */
  readonly needs: number
  readonly takes: number
  run(context: OperatorContext, ...words: string[]): OperatorAnswer
}

export const OPERATOR_COMMANDS: Readonly<Record<string, OperatorCommand>> = {
  who: { usage: '', help: 'lists everybody who is here', needs: 0, takes: 0, run: listPeople },
  say: { usage: 'TEXT', help: 'tells everybody something, in whatever room', needs: 1, takes: 1, run: say },
  kick: { usage: 'NAME [REASON]', help: 'sends somebody out of the chat', needs: 1, takes: 2, run: kick },
  quit: { usage: '', help: 'tells everybody and ends the server', needs: 0, takes: 0, run: quit },
  help: { usage: '', help: 'lists the commands', needs: 0, takes: 0, run: showHelp },
}

/** Runs a line. Never throws for what the operator did wrong: the answer says it. */
export function runOperatorCommand(line: string, context: OperatorContext): OperatorAnswer {
  const { name, rest } = parseCommand(line)
  const command = findCommand(OPERATOR_COMMANDS, name)
  if (command === undefined) {
    return { error: 'unknown-command', lines: [unknownCommand(OPERATOR_COMMANDS, name, '')] }
  }
  const words = splitWords(rest, command.takes)
  if (words.length < command.needs || (command.takes === 0 && rest !== '')) {
    return { error: 'usage', lines: [`${headOf(name.toLowerCase(), command)}: ${command.help}`] }
  }
  try {
    return command.run(context, ...words)
  } catch (error) {
    if (!(error instanceof ChatError)) throw error
    return { error: error.code, lines: [error.message] }
  }
}

function headOf(name: string, { usage }: OperatorCommand): string {
  return `${name} ${usage}`.trim()
}

function listPeople({ chat }: OperatorContext): OperatorAnswer {
  const people = chat.people().map(({ name, away }) => (away === undefined ? { name } : { name, away }))
  const lines = people.map(({ name, away }) => {
    if (away === undefined) return name
    return away === '' ? `${name} (away)` : `${name} (away: ${away})`
  })
  return { lines: people.length === 0 ? ['nobody is here'] : lines, people }
}

function say({ chat, actor }: OperatorContext, text = ''): OperatorAnswer {
  chat.announce(actor, text)
  return { lines: ['everybody was told'] }
}

function kick({ chat, actor }: OperatorContext, name = '', reason = ''): OperatorAnswer {
  chat.kick(actor, name, reason)
  return { lines: [`${name} was sent out`] }
}

function quit({ actor, quit: endServer }: OperatorContext): OperatorAnswer {
  authorize(actor, 'shut-down')
  endServer()
  return { lines: [] } // everybody hears it, and the log has it
}

function showHelp(): OperatorAnswer {
  const entries = Object.entries(OPERATOR_COMMANDS)
  return { lines: entries.map(([name, command]) => `${headOf(name, command).padEnd(18)} ${command.help}`) }
}
