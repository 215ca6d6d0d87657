import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseServices, serviceByName } from './services-file.ts'

test('serviceByName knows the everyday services without a file', async () => {
  const unread = (): Promise<never> => Promise.reject(new Error('the file must not be read'))
  assert.equal(await serviceByName('http', 'tcp', unread), 80)
  assert.equal(await serviceByName('www', 'tcp', unread), 80)
  assert.equal(await serviceByName('Telnet', 'tcp', unread), 23)
  assert.equal(await serviceByName('echo', 'udp', unread), 7)
})

test('serviceByName looks in the file for the rest', async () => {
  const file = async (): Promise<ReadonlyMap<string, number>> => parseServices('partyline 5000/tcp chat\n')
  assert.equal(await serviceByName('partyline', 'tcp', file), 5000)
  assert.equal(await serviceByName('CHAT', 'tcp', file), 5000)
  assert.equal(await serviceByName('partyline', 'udp', file), undefined)
  assert.equal(await serviceByName('__proto__', 'tcp', file), undefined)
})

test('serviceByName returns undefined for a name that the real file does not have either', async () => {
  assert.equal(await serviceByName('no-such-service', 'tcp'), undefined)
})

test('parseServices reads names, aliases and comments, and passes over what it cannot read', () => {
  const text = [
    '# comment',
    'http\t\t80/tcp\t\twww web # HTTP',
    'http 8080/tcp',
    '',
    'broken',
    'no-protocol 12',
    'too-high 70000/tcp',
    'windows 42/udp\r',
  ].join('\n')
  assert.deepEqual(
    [...parseServices(text)],
    [
      ['http/tcp', 80],
      ['www/tcp', 80],
      ['web/tcp', 80],
      ['windows/udp', 42],
    ],
  )
})

test('parseServices never throws', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, size: 'max' }), (text) => {
      for (const port of parseServices(text).values()) assert.ok(port >= 0 && port <= 65_535)
    }),
  )
})
