/** `partyline export`: everything that was said, as text, as objects for programs, or as a page. */
import type { History, HistoryMessage } from '@partyline/chat'
import { type BodyOutput, fileOutput, stdoutOutput } from '../body-output.ts'
import type { Command } from '../commands.ts'
import { CommandError } from '../failure.ts'
import type { FlagValues } from '../flags.ts'
import { EXPORT_FORMS } from '../history/export-forms.ts'
import { HISTORY_FLAGS, withHistory } from '../history/history-file.ts'
import { localZone, type Zone } from '../history/local-times.ts'
import { knownRoom } from '../history/rooms.ts'
import { TextOutput, whileRead } from '../history/text-output.ts'
import { counted } from '../history/words.ts'
import type { Io } from '../io.ts'
import { Report } from '../report.ts'

export const exportCommand: Command = exportIn(localZone)

/** The command in another zone, for tests. */
export function exportIn(zone: Zone): Command {
  return {
    words: '[ROOM]',
    maxWords: 1,
    about: [
      'Writes everything that was said in a room, or in all of them, in the order in which it was kept, with the',
      'server running or not. text has the lines of `partyline log`; jsonl an object a line, with times in UTC;',
      'html is one page without scripts, to read and to print. Edited messages are as they are now, and marked; a',
      'deleted one keeps its place without its text. What two people said to each other in private is left out:',
      'whoever runs the server was no part of it. --private is there for who must have it all the same, or asked',
      'the two.',
    ],
    flags: [
      {
        name: 'format',
        type: 'one-of',
        choices: ['text', 'jsonl', 'html'],
        default: 'text',
        placeholder: 'text|jsonl|html',
        help: 'text for people, jsonl for programs, html for a browser',
      },
      {
        name: 'output',
        short: 'o',
        type: 'path',
        placeholder: 'FILE',
        help: 'write to this file, once all of it is there; only you can read it; - is standard output',
      },
      { name: 'private', type: 'switch', help: 'private conversations too' },
      ...HISTORY_FLAGS,
    ],
    examples: [
      ['partyline export --format jsonl | gzip > chat.jsonl.gz', 'everything, for programs'],
      ['partyline export den --format html -o den.html', 'one room as a page'],
    ],
    run: async (values, [room], io) => {
      io.stepBack?.() // the people of a chat that runs beside it are in more of a hurry
      return await withHistory(values, (history) =>
        whileRead(io, (signal) => write({ history, values, typed: room, io, signal, zone })),
      )
    },
  }
}

interface Run {
  readonly history: History
  readonly values: FlagValues
  readonly typed: string | undefined
  readonly io: Io
  readonly signal: AbortSignal
  readonly zone: Zone
}

async function write(run: Run): Promise<void> {
  const { history, values, typed, io, signal, zone } = run
  if (typed !== undefined && values.isOn('private')) {
    throw new CommandError(2, '--private is for an export of everything: leave the room out.')
  }
  const room = typed === undefined ? undefined : knownRoom(history, typed)
  const name = values.text('format')
  const format = name === 'jsonl' || name === 'html' ? name : 'text'
  const form = EXPORT_FORMS[format](room ?? 'Everything that was said', zone)
  const output = await openOutput(values, io, signal)
  const text = new TextOutput(output)
  let count = 0
  try {
    await text.write(form.head())
    for (const message of messagesOf(history, room, values.isOn('private'))) {
      await text.write(form.message(message))
      count += 1
      if (signal.aborted) return await output.discard()
    }
    await text.write(form.tail())
    await text.flush()
    await output.finish()
  } catch (error) {
    await output.discard()
    throw error
  }
  const file = fileOf(values)
  if (file !== undefined) new Report(io, values).note(`${counted(count, 'message')} in ${file}`)
}

function* messagesOf(
  history: History,
  room: string | undefined,
  withPrivate: boolean,
): Generator<HistoryMessage> {
  for (const message of history.messages({ room })) {
    if (withPrivate || message.to === undefined) yield message
  }
}

async function openOutput(values: FlagValues, io: Io, signal: AbortSignal): Promise<BodyOutput> {
  const file = fileOf(values)
  return file === undefined
    ? stdoutOutput(io, { raw: true, signal })
    : await fileOutput(file, { secret: true })
}

function fileOf(values: FlagValues): string | undefined {
  const path = values.path('output')
  return path === '-' ? undefined : path
}
