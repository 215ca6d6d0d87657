/** `partyline log`: what was said, read and searched from the history file, with the server running or not. */
import { caseless, type History, type HistoryMessage, LOBBY } from '@partyline/chat'
import { parseSearchText } from '@partyline/protocols'
import { stdoutOutput } from '../body-output.ts'
import type { Command } from '../commands.ts'
import { CommandError } from '../failure.ts'
import type { FlagValues } from '../flags.ts'
import { following, type Pause, pause } from '../history/follow.ts'
import { HISTORY_FLAGS, withHistory } from '../history/history-file.ts'
import { localZone, MOMENT_FORMS, parseMoment, type Zone } from '../history/local-times.ts'
import { watchReader } from '../history/lost-reader.ts'
import { knownRoom, roomKey } from '../history/rooms.ts'
import { newest, type Selection } from '../history/select.ts'
import { eventLine, eventObject, messageLine, messageObject } from '../history/shown-events.ts'
import { TextOutput, whileRead } from '../history/text-output.ts'
import type { Io } from '../io.ts'
import { jsonLine, Report } from '../report.ts'
import { JSON_FLAG } from '../socket-flags.ts'

/** Messages that are shown when nobody says how many. */
const LAST = 50
/** The most that are shown; an export has no limit. */
const MOST = 10_000
/** The longest search, in characters. */
const MAX_SEARCH = 1000

/** What time it is, and where. */
export interface LogWorld {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly zone: Zone
  readonly pause: Pause
}

export const log: Command = logIn({ now: () => Date.now(), zone: localZone, pause })

/** The command at another time and place, for tests. */
export function logIn(world: LogWorld): Command {
  return {
    words: '[ROOM]',
    maxWords: 1,
    about: [
      'Prints what was said in a room, the lobby unless named, oldest first, one line each: date, time, room,',
      'name and text. Reads the history in the data folder, with the server running or not. ROOM may be typed',
      'without its #, which a shell takes for a comment. --search looks in all rooms unless one is named, never',
      'in private conversations; its words are those of /search in the chat: "a phrase" from:ann in:#den before:',
      'after:. Times are those of this machine (TZ), in --json UTC. What was deleted is left out.',
    ],
    flags: [
      {
        name: 'search',
        short: 's',
        type: 'text',
        most: MAX_SEARCH,
        placeholder: 'WORDS',
        help: 'only messages in which all of these words stand',
      },
      { name: 'from', type: 'text', placeholder: 'NAME', help: 'only what somebody of this name said' },
      { name: 'since', type: 'text', placeholder: 'TIME', help: `not what is older: ${MOMENT_FORMS}` },
      { name: 'until', type: 'text', placeholder: 'TIME', help: 'only what is older than this' },
      {
        name: 'last',
        short: 'n',
        type: 'integer',
        least: 1,
        most: MOST,
        placeholder: 'N',
        help: `only the newest so many; otherwise ${LAST}, with --since ${MOST}`,
      },
      { name: 'follow', short: 'f', type: 'switch', help: 'go on with what comes, until Ctrl-C' },
      ...HISTORY_FLAGS,
      JSON_FLAG,
    ],
    json: 'result',
    examples: [
      ['partyline log', `the last ${LAST} messages of the lobby`],
      ['partyline log den --since 2h --follow', 'the last two hours of #den, and what comes'],
      ['partyline log --search \'tea "at four" from:ann\'', 'where that was said, in any room'],
    ],
    run: async (values, [room], io) =>
      await withHistory(values, (history) =>
        whileRead(
          io,
          (signal) => show({ history, values, room, io, signal, world }),
          values.isOn('follow') ? watchReader : undefined,
        ),
      ),
  }
}

/** What one run has. */
interface Run {
  readonly history: History
  readonly values: FlagValues
  /** As it was typed. */
  readonly room: string | undefined
  readonly io: Io
  readonly signal: AbortSignal
  readonly world: LogWorld
}

async function show(run: Run): Promise<void> {
  const { history, values, io, signal, world } = run
  const report = new Report(io, values)
  const output = new TextOutput(stdoutOutput(io, { raw: true, signal })) // every line is harmless already
  const follows = values.isOn('follow')
  const selection = selectionOf(run)
  const { room, from } = selection
  const seq = (room === undefined ? undefined : history.room(room)?.lastSeq) ?? 0
  const found = newest(history, selection)
  if (found.length === selection.count && !values.isGiven('last') && values.isGiven('since')) {
    report.note(`only the newest ${MOST}: partyline export has no limit`)
  }
  if (found.length === 0 && !follows) report.note('nothing was found')
  for (const message of found) {
    // What came after the look at the number comes again.
    if (!follows || message.seq <= seq) await output.write(`${messageShown(message, run, report)}\n`)
  }
  await output.flush()
  if (!follows || room === undefined) return
  for await (const event of following(history, { room, seq }, { signal, pause: world.pause })) {
    if (from !== undefined && caseless(event.from.name) !== caseless(from)) continue
    await output.write(`${report.json ? jsonLine(eventObject(event)) : eventLine(event, world.zone)}\n`)
    await output.flush()
  }
}

function messageShown(message: HistoryMessage, { world }: Run, { json }: Report): string {
  return json ? jsonLine(messageObject(message)) : messageLine(message, world.zone)
}

function selectionOf(run: Run): Selection {
  const { values, world } = run
  const searched = searchOf(values, world)
  if (values.isOn('follow') && (values.isGiven('search') || values.isGiven('until'))) {
    throw new CommandError(2, 'with --follow there is no --search and no --until.', [
      'partyline log --follow | grep WORD',
    ])
  }
  const since = momentOf(values, 'since', world)
  return {
    room: roomOf(run, searched.in),
    words: searched.words,
    from: only('a name', values.text('from'), searched.from),
    since: latest(since, searched.after),
    until: earliest(momentOf(values, 'until', world), searched.before),
    count: values.integer('last') ?? (since === undefined ? LAST : MOST),
  }
}

function roomOf({ history, values, room }: Run, searched: string | undefined): string | undefined {
  const typed = only('a room', room, searched)
  if (typed === undefined) return values.isGiven('search') ? undefined : LOBBY
  // In a room that is waited for, nothing may have been said yet.
  return values.isOn('follow') ? roomKey(typed) : knownRoom(history, typed)
}

type Searched = Exclude<ReturnType<typeof parseSearchText>, { problem: string }>

function searchOf(values: FlagValues, { now, zone }: LogWorld): Searched {
  const text = values.text('search')
  if (text === undefined) return { words: [] }
  const time = now()
  const searched = parseSearchText(text, { now: time, offset: zone(time) })
  if (!('problem' in searched)) return searched
  throw new CommandError(2, `--search: ${searched.problem}.`)
}

/** The one that was given, as a word or a flag, or in the search. */
function only(what: string, outside: string | undefined, inside: string | undefined): string | undefined {
  if (outside === undefined || inside === undefined) return outside ?? inside
  throw new CommandError(2, `${what} is given twice: in the search, and beside it.`)
}

function momentOf(values: FlagValues, flag: string, { now, zone }: LogWorld): number | undefined {
  const text = values.text(flag)
  if (text === undefined) return undefined
  const time = parseMoment(text, now(), zone)
  if (time !== undefined) return time
  throw new CommandError(2, `--${flag} ${text} is no time.`, [`A time is ${MOMENT_FORMS}.`])
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}
