import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryMessage } from '@partyline/chat'
import fc from 'fast-check'
import { EXPORT_FORMS } from './export-forms.ts'
import { saidAs } from './testing/fake-history.ts'

const UTC = (): number => 0
const TIME = Date.parse('2026-11-20T16:04:32Z')

function written(format: keyof typeof EXPORT_FORMS, messages: readonly HistoryMessage[]): string {
  const form = EXPORT_FORMS[format]('#lobby & <more>', UTC)
  return [form.head(), ...messages.map((message) => form.message(message)), form.tail()].join('')
}

test('the text form is a line for each message, and jsonl an object', () => {
  const messages = [saidAs(1, { time: TIME, text: 'one\ntwo' }), saidAs(2, { time: TIME + 1 })]
  assert.equal(
    written('text', messages),
    '2026-11-20 16:04:32 #lobby ann: one␊two\n2026-11-20 16:04:32 #lobby ann: text 2\n',
  )
  const lines = written('jsonl', messages).trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { text: string }).text),
    ['one\ntwo', 'text 2'],
  )
  assert.equal(written('text', []) + written('jsonl', []), '')
})

test('the html form is a page with a heading for each day, and a mark for what was changed', () => {
  const page = written('html', [
    saidAs(1, { time: TIME }),
    saidAs(2, { time: TIME + 1, kind: 'action', text: 'waves', replyTo: 'm1' }),
    saidAs(3, { time: TIME + 86_400_000, editedAt: TIME + 86_400_001, text: 'two\nlines' }),
    saidAs(5, { time: TIME + 86_400_001, reactions: [{ text: '+1', from: [{ id: 'p2', name: 'bob' }] }] }),
    saidAs(4, {
      time: TIME + 86_400_002,
      deletedAt: TIME + 86_400_003,
      text: '',
      to: { id: 'p2', name: 'bob' },
    }),
  ])
  assert.ok(page.startsWith('<!doctype html>\n<html lang="en">\n'))
  assert.match(page, /<title>#lobby &amp; &lt;more&gt;<\/title>/)
  assert.deepEqual(
    [...page.matchAll(/<h2>(.*)<\/h2>/g)].map(([, day]) => day),
    ['2026-11-20', '2026-11-21'],
  )
  assert.match(
    page,
    /<p id="m2">.* \* <b><bdi>ann<\/bdi><\/b> <a href="#m1">\(reply\)<\/a> <bdi>waves<\/bdi><\/p>/,
  )
  assert.match(page, /<bdi>two\nlines<\/bdi> <small>\(edited\)<\/small><\/p>/)
  assert.match(page, /<bdi>text 5<\/bdi> <small class="reaction"><bdi>\+1<\/bdi> 1<\/small><\/p>/)
  assert.match(page, /<bdi class="room">@bob<\/bdi> <b><bdi>ann<\/bdi><\/b> <small>\(deleted\)<\/small><\/p>/)
  assert.ok(page.endsWith('<footer>5 messages</footer>\n</body>\n</html>\n'))
})

test('the html form has nothing of what people wrote but text: no tag, no attribute, nothing invisible', () => {
  const reactions = (text: string): HistoryMessage['reactions'] => [{ text, from: [{ id: 'p', name: text }] }]
  const bare = tags(written('html', [saidAs(1, { text: '', reactions: reactions('') })]))
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('<script>alert(1)</script>', '"><img src=x>', "' onload='x", '</bdi></p>', '&lt;', ']]>'),
  )
  fc.assert(
    fc.property(hostile, hostile, (text, name) => {
      const from = { id: 'p', name }
      const page = written('html', [saidAs(1, { text, from, reactions: reactions(text) })])
      assert.deepEqual(tags(page), bare)
      assert.doesNotMatch(page.replaceAll('\n', ''), /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u)
    }),
  )
  assert.match(written('html', [saidAs(1, { text: '<b>&"\'' })]), /<bdi>&lt;b&gt;&amp;&quot;&#39;<\/bdi>/)
})

/** Every tag with its attributes, as a browser would see it; no text has a `<` or a `>` left. */
function tags(page: string): readonly string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag)
}

test('the html form has no script and loads nothing', () => {
  const page = written('html', [saidAs(1)])
  assert.doesNotMatch(page, /<script|src=|url\(|@import|https?:/)
  assert.match(page, /default-src 'none'/)
})
