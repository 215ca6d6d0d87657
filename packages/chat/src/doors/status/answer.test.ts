import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerStatus, type StatusAnswer, type StatusRequest } from './answer.ts'

const SOURCES = {
  health: () => undefined,
  metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'partyline_people 3\n' }),
}

function ask(request: Partial<StatusRequest>, health?: string): Promise<StatusAnswer> {
  const whole = { method: 'GET', target: '/healthz', headers: {}, peer: '127.0.0.1', ...request }
  return answerStatus(whole, { ...SOURCES, health: () => health })
}

test('answerStatus says ok, or 503 with the reason', async () => {
  const well = await ask({})
  assert.equal(well.status, 200)
  assert.equal(well.body, 'ok\n')
  assert.equal(well.headers['Cache-Control'], 'no-store')
  const ill = await ask({}, 'messages cannot be saved: the disk is full')
  assert.equal(ill.status, 503)
  assert.equal(ill.body, 'messages cannot be saved: the disk is full\n')
})

test('answerStatus gives the metrics in their own type', async () => {
  const { status, headers, body } = await ask({ target: '/metrics?x=1' })
  assert.equal(status, 200)
  assert.equal(headers['Content-Type'], 'text/plain; version=0.0.4')
  assert.equal(body, 'partyline_people 3\n')
})

test('answerStatus has nothing at other paths', async () => {
  for (const target of [
    '/',
    '',
    '*',
    '/health',
    '/healthz/',
    '/HEALTHZ',
    '//healthz',
    'http://x/healthz',
    '/metrics/..',
  ]) {
    assert.equal((await ask({ target })).status, 404, target)
  }
})

test('answerStatus takes GET and HEAD only', async () => {
  assert.equal((await ask({ method: 'HEAD' })).status, 200)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get', '']) {
    const { status, headers } = await ask({ method })
    assert.equal(status, 405, method)
    assert.deepEqual(Object.entries(headers).at(-1), ['Allow', 'GET, HEAD'])
  }
})

test('answerStatus answers programs of this machine', async () => {
  for (const peer of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
    for (const host of [undefined, 'localhost', 'LocalHost:8080', '127.0.0.1:8080', '[::1]:8080', '[::1]']) {
      assert.equal((await ask({ peer, headers: { host } })).status, 200, `${peer} ${host}`)
    }
  }
})

test('answerStatus has nothing for others: another peer, a proxy, a page that calls itself this machine', async () => {
  for (const peer of ['192.168.1.7', '8.8.8.8', 'fe80::1', '::', '']) {
    assert.equal((await ask({ peer })).status, 404, peer)
  }
  for (const name of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
    assert.equal((await ask({ headers: { [name]: 'x' } })).status, 404, name)
  }
  for (const host of [
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.',
    '[::1',
    '::2',
  ]) {
    assert.equal((await ask({ headers: { host } })).status, 404, host)
  }
})

test('answerStatus gives nothing away to whoever is not of this machine, whatever is asked', async () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('/healthz', '/metrics', 'GET', 'localhost', '10.0.0.1'))
  await fc.assert(
    fc.asyncProperty(words, words, words, words, async (method, target, host, address) => {
      const { status } = await ask({ method, target, headers: { host }, peer: `10.0.0.${address}` })
      assert.equal(status, 404)
    }),
  )
})
