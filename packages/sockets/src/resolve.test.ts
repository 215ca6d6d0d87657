import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SocketError } from './errors.ts'
import { type Lookup, resolve } from './resolve.ts'

const never: Lookup = () => Promise.reject(new Error('the resolver must not be asked'))

function answering(...addresses: readonly string[]): Lookup {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}

function failing(code: string): Lookup {
  return async () => {
    throw Object.assign(new Error(`getaddrinfo ${code}`), { code })
  }
}

function isSocketError(code: string, message?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SocketError)
    assert.equal(error.code, code)
    if (message !== undefined) assert.equal(error.message, message)
    return true
  }
}

test('resolve returns a numeric host as it is, without asking the resolver', async () => {
  for (const [host, family] of [
    ['127.0.0.1', 4],
    ['::1', 6],
    ['fe80::1%lo', 6],
  ] as const) {
    assert.deepEqual(await resolve(host, { port: 80, lookup: never }), [{ host, port: 80, family }])
  }
})

test('resolve makes an IPv4 address that is mapped into IPv6 an IPv4 address', async () => {
  assert.deepEqual(await resolve('::ffff:192.0.2.1', { lookup: never }), [
    { host: '192.0.2.1', port: 0, family: 4 },
  ])
})

test('resolve keeps the order of the resolver and drops doubles', async () => {
  const lookup = answering('2001:db8::1', '192.0.2.1', '2001:db8::1', '192.0.2.2')
  const hosts = (await resolve('example.test', { lookup })).map((address) => address.host)
  assert.deepEqual(hosts, ['2001:db8::1', '192.0.2.1', '192.0.2.2'])
})

test('resolve asks for one family, and returns no other', async () => {
  const asked: (0 | 4 | 6)[] = []
  const lookup: Lookup = async (_host, family) => {
    asked.push(family)
    return [
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ]
  }
  assert.deepEqual(await resolve('example.test', { family: 6, lookup }), [
    { host: '2001:db8::1', port: 0, family: 6 },
  ])
  assert.equal((await resolve('example.test', { lookup })).length, 2)
  assert.deepEqual(asked, [6, 0])
  await assert.rejects(
    resolve('127.0.0.1', { family: 6, lookup: never }),
    isSocketError('not-found', '127.0.0.1: that is not an IPv6 address'),
  )
})

test('resolve finds localhost in the real resolver', async () => {
  const addresses = await resolve('localhost', { port: 'http' })
  assert.ok(addresses.some(({ host }) => host === '127.0.0.1' || host === '::1'))
  assert.ok(addresses.every(({ port }) => port === 80))
})

test('resolve says that no address was found for a name that is none', async () => {
  for (const lookup of [failing('ENOTFOUND'), failing('EAI_AGAIN'), answering()]) {
    await assert.rejects(
      resolve('no-such.invalid', { lookup }),
      isSocketError('not-found', 'no-such.invalid: no address found for that name'),
    )
  }
  await assert.rejects(resolve('a'.repeat(254), { lookup: never }), isSocketError('not-found'))
  await assert.rejects(resolve('a\0b', { lookup: never }), isSocketError('not-found'))
  await assert.rejects(resolve('', { lookup: never }), isSocketError('not-found', 'no host was given'))
})

test('resolve keeps the cause of an error that it has no word for', async () => {
  await assert.rejects(resolve('example.test', { lookup: failing('EAI_MEMORY') }), (error) => {
    assert.ok(error instanceof SocketError)
    assert.equal(error.code, 'system')
    assert.equal(error.errno, 'EAI_MEMORY')
    return true
  })
})

test('resolve takes a service by number, by digits and by name', async () => {
  const port = async (service: number | string, type?: 'tcp' | 'udp'): Promise<number | undefined> =>
    (await resolve('127.0.0.1', { port: service, type }))[0]?.port
  assert.equal(await port(5000), 5000)
  assert.equal(await port('5000'), 5000)
  assert.equal(await port('http'), 80)
  assert.equal(await port('HTTP'), 80)
  assert.equal(await port('ntp', 'udp'), 123)
})

test('resolve says which service it does not know', async () => {
  await assert.rejects(
    resolve('127.0.0.1', { port: 'no-such-service' }),
    isSocketError('not-found', '127.0.0.1: no tcp service is called "no-such-service"'),
  )
  await assert.rejects(
    resolve('127.0.0.1', { port: '', type: 'udp' }),
    isSocketError('not-found', '127.0.0.1: no udp service is called ""'),
  )
})

test('resolve rejects a port that is none with a RangeError or TypeError', async () => {
  for (const port of [-1, 65_536, '65536', '99999999999999999999']) {
    await assert.rejects(resolve('127.0.0.1', { port }), RangeError)
  }
  await assert.rejects(resolve('127.0.0.1', { port: 1.5 }), TypeError)
  await assert.rejects(resolve('127.0.0.1', { port: Number.NaN }), Error)
})

test('resolve stops waiting at its timeout and its signal', async () => {
  const lookup: Lookup = () => new Promise(() => {})
  await assert.rejects(resolve('example.test', { lookup, timeout: 1 }), isSocketError('timeout'))
  const controller = new AbortController()
  const waiting = resolve('example.test', { lookup, signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(waiting, (error) => {
    assert.ok(error instanceof SocketError)
    assert.equal(error.code, 'aborted')
    assert.equal((error.cause as Error).message, 'enough')
    return true
  })
  await assert.rejects(
    resolve('example.test', { lookup: never, signal: controller.signal }),
    isSocketError('aborted'),
  )
  await assert.rejects(resolve('example.test', { lookup: never, timeout: -1 }), RangeError)
})

test('resolve leaves no listener on its signal', async () => {
  const controller = new AbortController()
  const added = countListeners(controller.signal)
  await resolve('example.test', { lookup: answering('192.0.2.1'), signal: controller.signal, timeout: 1000 })
  await assert.rejects(resolve('example.test', { lookup: failing('ENOTFOUND'), signal: controller.signal }))
  assert.equal(added(), 0)
})

function countListeners(signal: AbortSignal): () => number {
  let count = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count -= 1
    remove(...args)
  }
  return () => count
}
