import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { printable } from '@partyline/protocols'
import fc from 'fast-check'
import type { WireNews } from './events.ts'
import { MAX_SHOWN, WireText } from './format.ts'
import { wireObject } from './json.ts'

const PEER = '127.0.0.1:8000'
const ONE = { connection: 1, peer: PEER } as const
const TAPPED = { ...ONE, client: '127.0.0.1:40000' } as const
const TOTALS = { sent: 4, received: 10 } as const

/** Each kind of event, its line (without time), and what its object has besides event and time. */
const CASES: readonly (readonly [news: WireNews, line: string | undefined, facts: object])[] = [
  [
    { kind: 'resolved', host: 'x', addresses: ['127.0.0.1', '::1'], ms: 0.44 },
    'resolved x: 127.0.0.1, ::1 (0.4 ms)',
    { host: 'x', addresses: ['127.0.0.1', '::1'], ms: 0.44 },
  ],
  [{ kind: 'connecting', peer: PEER }, 'connecting to 127.0.0.1:8000', { peer: PEER }],
  [
    { kind: 'connect-failed', peer: PEER, error: 'refused', message: 'nothing is listening there' },
    'connecting to 127.0.0.1:8000 failed: nothing is listening there',
    { peer: PEER, error: 'refused', message: 'nothing is listening there' },
  ],
  [
    { kind: 'connect-failed', ...TAPPED, error: 'refused', message: 'nothing is listening there' },
    'connecting to 127.0.0.1:8000 failed: nothing is listening there; 127.0.0.1:40000 is reset',
    { ...TAPPED, error: 'refused', message: 'nothing is listening there' },
  ],
  [
    { kind: 'listening', local: PEER, transport: 'tcp' },
    'listening on 127.0.0.1:8000',
    { local: PEER, transport: 'tcp' },
  ],
  [{ kind: 'bound', local: PEER }, 'bound to 127.0.0.1:8000 (UDP)', { local: PEER }],
  [
    { kind: 'refused', peer: PEER, reason: 'full' },
    'refused 127.0.0.1:8000: full',
    { peer: PEER, reason: 'full' },
  ],
  [
    { kind: 'tls-failed', peer: PEER, message: 'wrong' },
    'no TLS with 127.0.0.1:8000: wrong',
    { peer: PEER, message: 'wrong' },
  ],
  [
    { kind: 'connected', ...ONE, local: '127.0.0.1:40000' },
    'connected from 127.0.0.1:40000',
    { ...ONE, local: '127.0.0.1:40000' },
  ],
  [
    { kind: 'connected', ...TAPPED, local: '127.0.0.1:40001' },
    'connected to 127.0.0.1:8000 from 127.0.0.1:40001',
    { ...TAPPED, local: '127.0.0.1:40001' },
  ],
  [
    { kind: 'accepted', ...ONE, local: '127.0.0.1:1' },
    'accepted 127.0.0.1:8000',
    { ...ONE, local: '127.0.0.1:1' },
  ],
  [
    { kind: 'tls', ...ONE, protocol: 'TLSv1.3', cipher: 'X', alpn: 'h2', certificate: 'localhost' },
    'TLSv1.3, X, h2, certificate of localhost',
    { ...ONE, protocol: 'TLSv1.3', cipher: 'X', alpn: 'h2', certificate: 'localhost' },
  ],
  [{ kind: 'fin-sent', ...ONE, isAccepted: false }, 'sent FIN (end of our input)', ONE],
  [{ kind: 'fin-sent', ...ONE, isAccepted: true }, 'sent FIN (end of our output)', ONE],
  [{ kind: 'fin-received', ...ONE, isAccepted: false }, 'got FIN from 127.0.0.1:8000', ONE],
  [
    { kind: 'fin-sent', ...ONE, isAccepted: true, totals: TOTALS },
    'sent FIN: closed by us (sent 4 B, received 10 B)',
    { ...ONE, ...TOTALS },
  ],
  [
    { kind: 'fin-received', ...ONE, isAccepted: false, totals: TOTALS },
    'got FIN: closed by 127.0.0.1:8000 (sent 4 B, received 10 B)',
    { ...ONE, ...TOTALS },
  ],
  [
    { kind: 'fin-sent', ...TAPPED, isAccepted: false, totals: TOTALS },
    'the client sent FIN: closed (client sent 4 B, target sent 10 B)',
    { ...TAPPED, ...TOTALS },
  ],
  [{ kind: 'fin-received', ...TAPPED, isAccepted: false }, 'the target sent FIN', TAPPED],
  [
    { kind: 'reset-sent', ...ONE, totals: TOTALS },
    'sent RST: broken off by us (sent 4 B, received 10 B)',
    { ...ONE, ...TOTALS },
  ],
  [
    { kind: 'reset-received', ...ONE, totals: TOTALS },
    'got RST: broken off by 127.0.0.1:8000 (sent 4 B, received 10 B)',
    { ...ONE, ...TOTALS },
  ],
  [
    { kind: 'reset-sent', ...TAPPED, totals: TOTALS },
    'the client sent RST (client sent 4 B, target sent 10 B)',
    { ...TAPPED, ...TOTALS },
  ],
  [
    { kind: 'reset-received', ...TAPPED, totals: TOTALS },
    'the target sent RST (client sent 4 B, target sent 10 B)',
    { ...TAPPED, ...TOTALS },
  ],
  [
    { kind: 'closed', ...ONE, by: 'peer', totals: TOTALS, ms: 1.23456, isTold: true },
    undefined,
    { ...ONE, by: 'peer', ...TOTALS, ms: 1.235 },
  ],
  [
    { kind: 'closed', ...ONE, by: 'us', totals: TOTALS, ms: 1, isTold: false },
    'closed by us (sent 4 B, received 10 B)',
    { ...ONE, by: 'us', ...TOTALS, ms: 1 },
  ],
  [
    { kind: 'closed', ...TAPPED, by: 'tap', totals: TOTALS, ms: 1, isTold: false },
    'closed by the tap (client sent 4 B, target sent 10 B)',
    { ...TAPPED, by: 'tap', ...TOTALS, ms: 1 },
  ],
  [
    {
      kind: 'closed',
      ...ONE,
      by: 'timeout',
      error: 'timeout',
      message: 'late',
      totals: TOTALS,
      ms: 1,
      isTold: false,
    },
    'closed: late (sent 4 B, received 10 B)',
    { ...ONE, by: 'timeout', error: 'timeout', message: 'late', ...TOTALS, ms: 1 },
  ],
  [{ kind: 'omitted', events: 3 }, '3 events are not shown: the output was too slow', { events: 3 }],
]

for (const [news, line, facts] of CASES) {
  test(`WireText and wireObject show ${news.kind}: ${line ?? 'nothing more'}`, () => {
    const event = { at: 1234.5678, news }
    assert.deepEqual(new WireText().lines(event), line === undefined ? [] : [`* 1.235 ${line}`])
    const json: unknown = JSON.parse(JSON.stringify(wireObject(event)))
    assert.deepEqual(json, { event: news.kind, time: 1.235, ...facts })
  })
}

test('WireText shows bytes as the hex dump of the manual, each line of it in the same column', () => {
  const text = new WireText()
  assert.deepEqual(text.lines({ at: 2, news: { kind: 'received', ...ONE, data: Buffer.from('hello\n') } }), [
    '< 0.002   6 B  68 65 6c 6c 6f 0a                               |hello␊|',
  ])
  assert.deepEqual(
    text.lines({ at: 12_034, news: { kind: 'sent', ...ONE, data: Buffer.from('GET / HTTP/1.0\r\n\r\n') } }),
    [
      '> 12.034  18 B  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 30 0d 0a |GET / HTTP/1.0␍␊|',
      '                0d 0a                                           |␍␊|',
    ],
  )
})

test('WireText shows a datagram with the other end, and one without bytes too', () => {
  const about = { local: '127.0.0.1:1', peer: PEER }
  const text = new WireText()
  assert.deepEqual(text.lines({ at: 0, news: { kind: 'datagram-sent', ...about, data: Buffer.from('a') } }), [
    `> 0.000 127.0.0.1:8000   1 B  61${' '.repeat(46)}|a|`,
  ])
  const empty = {
    kind: 'datagram-received',
    ...about,
    client: '127.0.0.1:9',
    data: new Uint8Array(),
  } as const
  assert.deepEqual(text.lines({ at: 0, news: empty }), ['< 0.000 127.0.0.1:9   0 B'])
})

test('WireText cuts what is long and says how much is missing; wireObject has all of it', () => {
  const data = Buffer.alloc(MAX_SHOWN + 1, 'x')
  const event = { at: 0, news: { kind: 'sent', ...ONE, data } } as const
  const lines = new WireText().lines(event)
  assert.equal(lines.length, MAX_SHOWN / 16 + 1)
  assert.match(lines.at(-1) ?? '', /^ {16}\(1 B more are not shown\)$/)
  assert.equal(
    new WireText().lines({ at: 0, news: { ...event.news, data: data.subarray(1) } }).length,
    MAX_SHOWN / 16,
  )
  const { bytes, text } = wireObject(event)
  assert.deepEqual([bytes, text], [MAX_SHOWN + 1, data.toString()])
})

test('WireText says which connection it is as soon as there is a second one', () => {
  const text = new WireText()
  const of = (connection: number): string[] =>
    text.lines({ at: 0, news: { kind: 'fin-received', connection, peer: PEER, isAccepted: true } })
  assert.deepEqual(
    [of(1), of(2), of(1)].flat(),
    ['* 0.000 got FIN', '* 0.000 #2 got FIN', '* 0.000 #1 got FIN'].map((line) => `${line} from ${PEER}`),
  )
})

test('WireText shows where a tap listens without a time', () => {
  const news = { kind: 'listening', local: '127.0.0.1:7000', target: PEER } as const
  const lines = (transport: 'tcp' | 'udp'): string[] =>
    new WireText().lines({ at: 5, news: { ...news, transport } })
  assert.deepEqual(lines('tcp'), ['* listening on 127.0.0.1:7000, passing on to 127.0.0.1:8000'])
  assert.deepEqual(lines('udp'), ['* listening on udp 127.0.0.1:7000, passing on to 127.0.0.1:8000'])
})

test('wireObject has bytes that are no UTF-8 as base64', () => {
  const data = Uint8Array.of(0xff, 0x00)
  const { bytes, base64, text } = wireObject({ at: 0, news: { kind: 'sent', ...ONE, data } })
  assert.deepEqual([bytes, base64, text], [2, '/wA=', undefined])
})

suite('whatever comes', () => {
  const strange = fc.string({ unit: 'binary' })

  test('WireText gives nothing that the gate would change', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), strange, (data, peer) => {
        const every: WireNews[] = [
          { kind: 'sent', connection: 2, peer, data },
          { kind: 'datagram-received', local: peer, peer, data },
          { kind: 'resolved', host: peer, addresses: [peer], ms: 1 },
          { kind: 'tls', ...ONE, protocol: peer, cipher: peer, alpn: peer, certificate: peer },
          { kind: 'listening', local: peer, transport: 'udp', target: peer },
        ]
        for (const news of every)
          for (const line of new WireText().lines({ at: 0, news })) assert.equal(line, printable(line))
      }),
    )
  })

  test('wireObject has every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const { text, base64 } = wireObject({ at: 0, news: { kind: 'received', ...ONE, data } })
        const back = typeof text === 'string' ? Buffer.from(text) : Buffer.from(String(base64), 'base64')
        assert.deepEqual(back, Buffer.from(data))
      }),
    )
  })
})
