/** The lines of the admin socket. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatAdminReply, parseAdminReply, parseAdminRequest } from './admin-lines.ts'

test('parseAdminRequest takes an object with a command, and nothing else', () => {
  assert.equal(parseAdminRequest('{"command":"kick bob"}'), 'kick bob')
  for (const wrong of [
    '',
    '{}',
    '[]',
    'null',
    '7',
    '{"command":["who"]}',
    '{"__proto__":{"command":"who"}}',
  ]) {
    assert.equal(parseAdminRequest(wrong), undefined, wrong)
  }
})

test('parseAdminReply reads what formatAdminReply wrote, whatever people are called', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), fc.boolean(), (lines, fails) => {
      const line = formatAdminReply(fails ? { error: 'usage', lines } : { lines })
      assert.ok(!line.includes('\n'))
      assert.deepEqual(
        parseAdminReply(line),
        fails ? { ok: false, error: 'usage', lines } : { ok: true, lines },
      )
    }),
  )
})

test('parseAdminReply takes no answer that is not whole', () => {
  for (const wrong of ['', '{"ok":true}', '{"ok":1,"lines":[]}', '{"ok":true,"lines":[1]}', 'null', '[]']) {
    assert.equal(parseAdminReply(wrong), undefined, wrong)
  }
})
