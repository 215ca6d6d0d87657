/** The forms of an export: what stands before, for each message, and after. */
import type { HistoryMessage } from '@partyline/chat'
import { jsonLine } from '../report.ts'
import { htmlForm } from './html-form.ts'
import type { Zone } from './local-times.ts'
import { messageLine, messageObject } from './shown-events.ts'

export interface ExportForm {
  head(): string
  message(message: HistoryMessage): string
  tail(): string
}

/** Each form by its name. `title`: what is exported, for people. */
export const EXPORT_FORMS: Readonly<
  Record<'text' | 'jsonl' | 'html', (title: string, zone: Zone) => ExportForm>
> = {
  text: (_title, zone) => linesOf((message) => messageLine(message, zone)),
  jsonl: () => linesOf((message) => jsonLine(messageObject(message))),
  html: htmlForm,
}

function linesOf(line: (message: HistoryMessage) => string): ExportForm {
  return { head: () => '', message: (message) => `${line(message)}\n`, tail: () => '' }
}
