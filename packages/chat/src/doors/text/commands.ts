/**
 * The text door's commands: one entry each, its help beside it. `runCommand` does what all have in common: it finds
 * the entry, checks that the needed words are there, and says what to do when not.
 */

import { didYouMean } from '@partyline/protocols'
import type { Chat } from '../../core/chat.ts'
import { LIMITS } from '../../core/limits.ts'
import type { Session } from '../../core/session.ts'
import { formatEvent, notices } from './format.ts'

/** What a command can use. */
export interface CommandContext {
  readonly chat: Chat
  readonly session: Session
  /** Sends text to this person only, in one write: lines with their endings. */
  readonly reply: (text: string) => void
  /** Leaves the chat as soon as everything said before is delivered. */
  readonly quit: () => Promise<void>
}

interface Command {
  /** The words after the name, as the help shows them. */
  readonly usage: string
  readonly help: string
  /** How many words it needs at least; the last of them takes the rest of the line. */
  readonly needs: number
  run(context: CommandContext, ...words: string[]): void | Promise<void>
}

/** Names in one list are cut off after so many. */
const LISTED = 100
const HISTORY = 20

export const COMMANDS: Readonly<Record<string, Command>> = {
  help: { usage: '', help: 'shows this', needs: 0, run: showHelp },
  who: { usage: '', help: 'who is in this room, and who is elsewhere', needs: 0, run: showPeople },
  rooms: { usage: '', help: 'the rooms that somebody is in', needs: 0, run: showRooms },
  join: { usage: 'ROOM', help: 'looks at another room, like /join #den', needs: 1, run: joinRoom },
  me: { usage: 'ACTION', help: 'says what you do: /me waves', needs: 1, run: act },
  msg: { usage: 'NAME TEXT', help: 'says something to one person only', needs: 2, run: tell },
  history: {
    usage: '[N]',
    help: `the last messages of this room, ${HISTORY} or N of them`,
    needs: 0,
    run: showHistory,
  },
  quit: { usage: '', help: 'leaves', needs: 0, run: ({ quit }) => quit() },
}

/** Runs a line that began with `/`, given without it. */
export async function runCommand(line: string, context: CommandContext): Promise<void> {
  const [, name = '', rest = ''] = /^(\S*)\s*(.*)$/su.exec(line) ?? []
  const key = name.toLowerCase()
  const command = Object.hasOwn(COMMANDS, key) ? COMMANDS[key] : undefined
  if (command === undefined) {
    const meant = didYouMean(key, Object.keys(COMMANDS))
    const advice = meant === undefined ? '/help lists them' : `did you mean /${meant}? /help lists them`
    context.reply(notices(`there is no command /${name}: ${advice}; to say it, begin with //`))
    return
  }
  const words = splitWords(rest, command.needs)
  if (words.length < command.needs) {
    context.reply(notices(`/${key} ${command.usage}: ${command.help}`))
    return
  }
  await command.run(context, ...words)
}

// The last of the words is the rest of the line as it is: what somebody says keeps its blanks.
function splitWords(text: string, count: number): string[] {
  const words: string[] = []
  let rest = text
  while (words.length < count - 1 && rest !== '') {
    const [, word = '', after = ''] = /^(\S+)\s*(.*)$/su.exec(rest) ?? []
    words.push(word)
    rest = after
  }
  if (rest.trim() !== '') words.push(rest)
  return words
}

function showHelp({ reply }: CommandContext): void {
  const lines = Object.entries(COMMANDS).map(([name, { usage, help }]) => {
    return `${`/${name} ${usage}`.padEnd(16)} ${help}`
  })
  reply(notices('what you type is said in the room; a line that begins with / is a command:', ...lines))
}

function showPeople({ chat, session, reply }: CommandContext): void {
  const here = new Set(Array.from(session.view.members, ({ name }) => name))
  const elsewhere = chat.people().filter((name) => !here.has(name))
  const lines = [`${here.size} in ${session.view.name}: ${listed([...here])}`]
  if (elsewhere.length > 0) lines.push(`${elsewhere.length} elsewhere: ${listed(elsewhere)}`)
  reply(notices(...lines))
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}

function showRooms({ chat, session, reply }: CommandContext): void {
  const rooms = chat.rooms().map(({ name, members }) => `${name} (${members.size})`)
  reply(notices(`${rooms.length} open: ${listed(rooms)}; you are in ${session.view.name}`))
}

async function joinRoom({ chat, session, reply }: CommandContext, name: string): Promise<void> {
  const room = chat.join(session, name)
  await chat.settled() // told only when it is true: from here on this session hears the room
  const others = [...room.members].filter((person) => person !== session.person)
  const company = others.length === 0 ? 'nobody else is here' : `with ${listed(others.map((p) => p.name))}`
  reply(notices(`you are in ${room.name}, ${company}`))
}

function act({ chat, session }: CommandContext, action: string): void {
  chat.act(session, action)
}

function tell({ chat, session }: CommandContext, name: string, text: string): void {
  chat.tell(session, name, text)
}

async function showHistory({ chat, session, reply }: CommandContext, wanted?: string): Promise<void> {
  const count = wanted === undefined ? HISTORY : Number(wanted)
  if (!Number.isInteger(count) || count < 1 || count > LIMITS.historyPage) {
    reply(notices(`/history takes a number from 1 to ${LIMITS.historyPage}`))
    return
  }
  const room = session.view.name
  const messages = await chat.history(session, count)
  const [oldest] = messages
  if (oldest === undefined) {
    reply(notices(`nothing has been said in ${room} yet`))
    return
  }
  const since = new Date(oldest.time).toISOString().slice(0, 16).replace('T', ' ')
  const many = messages.length === 1 ? 'message' : `${messages.length} messages`
  const lines = messages.map((message) => formatEvent(message)).join('')
  reply(
    `${notices(`the last ${many} of ${room}, since ${since} UTC:`)}${lines}${notices('that was the history')}`,
  )
}
