/**
 * The text door's commands: one entry each, its help beside it. `runCommand` does what all have in common: it finds
 * the entry, checks that the needed words are there, and says what to do when not.
 */
import { findCommand, parseCommand, splitWords, unknownCommand } from '../typed-command.ts'
import type { Command, CommandContext } from './command.ts'
import { noticeLines, typedName } from './format.ts'
import { HISTORY, searchHistory, showHistory } from './past-commands.ts'
import {
  act,
  joinRoom,
  leaveRoom,
  rename,
  setAway,
  showPeople,
  showRooms,
  showTopic,
  tell,
} from './people-commands.ts'
import { formatStyle, parseStyle, STYLE_USAGE } from './style.ts'

export const COMMANDS: Readonly<Record<string, Command>> = {
  help: {
    usage: '[COMMAND]',
    help: 'shows this, or more about one command',
    more: [
      'What you type is said in the room; a line that begins with / is a command.',
      '//text says /text.',
    ],
    needs: 0,
    run: showHelp,
  },
  who: {
    usage: '',
    help: 'who is in this room, and who is elsewhere',
    more: [
      'Who is away is marked, with what they said about it, and who has done',
      'nothing for ten minutes or more.',
    ],
    needs: 0,
    run: showPeople,
  },
  rooms: {
    usage: '',
    help: 'the rooms that somebody is in, and the empty ones',
    more: [
      'The fullest first, with how many are in each; then those in which something',
      'was said and nobody is now, with the time of the last of it.',
    ],
    needs: 0,
    run: showRooms,
  },
  join: {
    usage: 'ROOM',
    help: 'looks at another room: /join #den',
    more: [
      'You stay in the rooms where you were, and are told what is new there.',
      'A room begins with its first visitor. /join @ann is for you and ann alone.',
    ],
    needs: 1,
    run: joinRoom,
  },
  leave: {
    usage: '[ROOM]',
    help: 'leaves this room, or another one: /leave #den',
    more: ['You are in #lobby then. /quit leaves the chat.'],
    needs: 0,
    run: leaveRoom,
  },
  msg: {
    usage: 'NAME TEXT',
    help: 'says something to one person only',
    more: ['/msg ann see you at five. For more of it: /join @ann.'],
    needs: 2,
    run: tell,
  },
  me: {
    usage: 'ACTION',
    help: 'says what you do: /me waves',
    more: ['Everybody in the room sees "* ann waves".'],
    needs: 1,
    run: act,
  },
  nick: {
    usage: 'NAME',
    help: 'gives you another name',
    more: ['What you type is made to fit; a name that somebody has is refused.'],
    needs: 1,
    run: rename,
  },
  topic: {
    usage: '[TEXT]',
    help: 'shows what this room is about, or says it anew',
    more: ['/topic tea at five sets it, /topic - removes it. Everybody in the room may.'],
    needs: 0,
    run: showTopic,
  },
  history: {
    usage: '[N] [before X]',
    help: `what was said in this room: the last ${HISTORY}, or N`,
    more: [
      'X is today, yesterday, 2026-11-20, 2026-11-20T16:04, or the number of a',
      'message: the end of each page has one. after X and around X are there too.',
    ],
    needs: 0,
    run: showHistory,
  },
  search: {
    usage: '[WORDS]',
    help: 'finds what was said: /search tea from:ann',
    more: [
      'All words must occur, in any room; "in quotes" they must stand together.',
      'Filters: from:ann in:#den in:@ann before:2026-11-20 after:yesterday.',
      'Of what was said in private only your own is found. /search alone goes on.',
    ],
    needs: 0,
    run: searchHistory,
  },
  away: {
    usage: '[TEXT]',
    help: 'says that you are away; without TEXT also: back',
    more: ['/away lunch says why. While you are away, /away alone says that you are back.'],
    needs: 0,
    run: setAway,
  },
  style: {
    usage: '[STYLE]',
    help: 'how lines look to you: plain or friendly',
    more: [
      `/style ${STYLE_USAGE}`,
      'friendly is all three: [ann] for ann::, the time of what is said, colours.',
      '+HH:MM: how far your clock is ahead of UTC. Programs want plain, as it was.',
    ],
    needs: 0,
    run: chooseStyle,
  },
  quit: {
    usage: '',
    help: 'leaves the chat',
    more: ['What you said before is delivered first.'],
    needs: 0,
    run: ({ quit }) => quit(),
  },
}

/** Runs a line that began with `/`, given without it. */
export async function runCommand(line: string, context: CommandContext): Promise<void> {
  const { name, rest } = parseCommand(line)
  const command = findCommand(COMMANDS, name)
  if (command === undefined) {
    context.reply(noticeLines(`${unknownCommand(COMMANDS, typedName(name), '/')}; to say it, begin with //`))
    return
  }
  // A command that needs none gets what there is, as one.
  const words = splitWords(rest, Math.max(1, command.needs))
  if (words.length < command.needs) {
    context.reply(noticeLines(headOf(name, command)))
    return
  }
  await command.run(context, ...words)
}

function headOf(name: string, { usage, help }: Command): string {
  return `${`/${name.toLowerCase()} ${usage}`.trim()}: ${help}`
}

function showHelp({ reply }: CommandContext, wanted?: string): void {
  if (wanted !== undefined) {
    const name = wanted.trim().replace(/^\//, '')
    const command = findCommand(COMMANDS, name)
    const about =
      command === undefined
        ? [unknownCommand(COMMANDS, typedName(name), '/')]
        : [headOf(name, command), ...command.more]
    reply(noticeLines(...about))
    return
  }
  const lines = Object.entries(COMMANDS).map(([name, { usage, help }]) => {
    return `${`/${name} ${usage}`.padEnd(23)} ${help}`
  })
  reply(noticeLines('what you type is said in the room; a line that begins with / is a command:', ...lines))
}

function chooseStyle({ reply, settings }: CommandContext, words = ''): void {
  const style = parseStyle(words, settings.style)
  if ('problem' in style) {
    reply(noticeLines(style.problem))
    return
  }
  settings.style = style
  const how = words === '' ? `; /style ${STYLE_USAGE}` : ''
  reply(noticeLines(`your style is ${formatStyle(style)}${how}`))
}
