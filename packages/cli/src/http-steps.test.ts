import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHttpUrl } from '@partyline/protocols'
import { parseCommandLine } from './flags.ts'
import { HttpSteps } from './http-steps.ts'
import { Report } from './report.ts'
import { type FakeIo, fakeIo } from './testing/fake-io.ts'

const URL_ASKED = parseHttpUrl('http://127.0.0.1:8000/old')

function stepsOf(io: FakeIo, verbose = false): HttpSteps {
  const report = new Report(io, parseCommandLine([], [], {}).values)
  return new HttpSteps(report, io.stderr, { verbose, colour: false, halfClose: false })
}

/** What is said about an answer with this status and place. */
function saidAbout(status: number, location: string): string {
  const io = fakeIo()
  const fields = [['location', location]] as const
  const head = { version: '1.1', status, reason: '', fields, bytes: Buffer.alloc(0), interim: false }
  const rest = { trailers: [], bytes: 0, endsBy: 'length', address: '127.0.0.1:8000', ms: 1 } as const
  stepsOf(io).complete({ head, ...rest }, URL_ASKED, undefined)
  return io.stderr.text
}

for (const [location, words] of [
  ['https://example.com/a', 'goes to https://example.com/a; to follow:  partyline get https://example.com/a'],
  ['b', 'goes to http://127.0.0.1:8000/b; to follow:  partyline get http://127.0.0.1:8000/b'],
  ["/a?b=$(ls)&c'", "goes to HERE/a?b=$(ls)&c%27; to follow:  partyline get 'HERE/a?b=$(ls)&c%27'"],
  ["/';ls;'", "goes to HERE/';ls;'; to follow:  partyline get 'HERE/%27;ls;%27'"],
  ['ftp://example.com/', 'goes to ftp://example.com/'],
  ['http://[\x1b', 'it names another place, which is not a URL: http://[␛'],
] as const) {
  test(`HttpSteps says where a redirect to ${JSON.stringify(location)} goes, safe to paste`, () => {
    assert.equal(saidAbout(302, location), `* 302: ${words.replaceAll('HERE', 'http://127.0.0.1:8000')}\n`)
  })
}

test('HttpSteps says nothing about a place that is no redirect', () => {
  assert.equal(saidAbout(201, '/new'), '')
  assert.equal(saidAbout(304, '/new'), '')
})

test('HttpSteps says nothing of the steps unless it was asked to', async () => {
  for (const verbose of [false, true]) {
    const io = fakeIo()
    const steps = stepsOf(io, verbose)
    steps.resolved('localhost', ['127.0.0.1', '::1'], 0.44)
    steps.requested('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const said =
      '* resolved localhost in 0.4 ms: 127.0.0.1, ::1\n> GET / HTTP/1.1\n> Host: a\n* the request is sent\n'
    assert.equal(io.stderr.text, verbose ? said : '')
  }
})
