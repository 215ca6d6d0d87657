/** An export as a page: one file without scripts and without anything from elsewhere, to read, search and print. */
import type { HistoryMessage } from '@partyline/chat'
import { printable } from '@partyline/protocols'
import type { ExportForm } from './export-forms.ts'
import { formatSecond, type Zone } from './local-times.ts'

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid; break-after: avoid }
p { margin: .25rem 0; padding-left: 5rem; text-indent: -5rem; white-space: pre-wrap; overflow-wrap: anywhere; break-inside: avoid }
p:target { outline: 2px solid }
time, .room, small, footer { opacity: .7; font-size: .85rem }
small.reaction { border: 1px solid; border-radius: .5rem; padding: 0 .4rem }
time { font-variant-numeric: tabular-nums }
@media print { body { max-width: none; margin: 0 } }
`

/** What `title` names is everything in the page. */
export function htmlForm(title: string, zone: Zone): ExportForm {
  let day = ''
  let count = 0
  return {
    head: () => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
`,
    message(message) {
      count += 1
      const [date = '', clock = ''] = formatSecond(message.time, zone).split(' ')
      const heading = date === day ? '' : `<h2>${date}</h2>\n`
      day = date
      return `${heading}${paragraph(message, clock)}\n`
    },
    tail: () => `<footer>${count === 1 ? '1 message' : `${count} messages`}</footer>\n</body>\n</html>\n`,
  }
}

function paragraph(message: HistoryMessage, clock: string): string {
  const { id, room, from, to, time } = message
  const iso = new Date(time).toISOString()
  const place = to === undefined ? room : `@${to.name}`
  const parts = [
    `<time datetime="${iso}">${clock}</time>`,
    `<bdi class="room">${escaped(place)}</bdi>`,
    ...wordsOf(message, `<b><bdi>${escaped(from.name)}</bdi></b>`),
  ]
  return `<p id="${escaped(id)}">${parts.join(' ')}</p>`
}

function wordsOf(message: HistoryMessage, name: string): string[] {
  const { kind, text, replyTo, editedAt, deletedAt, reactions = [] } = message
  if (deletedAt !== undefined) return [name, '<small>(deleted)</small>']
  return [
    ...(kind === 'action' ? ['*'] : []),
    name,
    ...(replyTo === undefined ? [] : [`<a href="#${escaped(encodeURIComponent(replyTo))}">(reply)</a>`]),
    `<bdi>${escaped(text)}</bdi>`,
    ...(editedAt === undefined ? [] : ['<small>(edited)</small>']),
    ...reactions.map(
      (one) => `<small class="reaction"><bdi>${escaped(one.text)}</bdi> ${one.from.length}</small>`,
    ),
  ]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// A line break stays one; all else that is no text is made visible, as on a terminal.
function escaped(text: string): string {
  const lines = text.split(/\r\n|[\n\r]/).map(printable)
  return lines.join('\n').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
