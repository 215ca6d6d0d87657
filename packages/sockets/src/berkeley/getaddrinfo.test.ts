import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lookup } from '../resolve.ts'
import * as c from './constants.ts'
import { getaddrinfo, gethostbyname } from './getaddrinfo.ts'

const lookup: Lookup = async (_host, family) =>
  [
    { address: '2001:db8::1', family: 6 },
    { address: '192.0.2.1', family: 4 },
  ].filter((entry) => family === 0 || entry.family === family)

function ask(
  ...args: readonly [family?: number, type?: number, proto?: number, flags?: number]
): ReturnType<typeof getaddrinfo> {
  const [family, type, proto, flags] = args
  return getaddrinfo('example.test', 7, family, type, proto, flags, lookup)
}

test('getaddrinfo lists each address with each kind of socket', async () => {
  assert.deepEqual(await ask(), [
    [c.AF_INET6, c.SOCK_STREAM, c.IPPROTO_TCP, '', ['2001:db8::1', 7]],
    [c.AF_INET6, c.SOCK_DGRAM, c.IPPROTO_UDP, '', ['2001:db8::1', 7]],
    [c.AF_INET, c.SOCK_STREAM, c.IPPROTO_TCP, '', ['192.0.2.1', 7]],
    [c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_UDP, '', ['192.0.2.1', 7]],
  ])
})

test('getaddrinfo narrows by family, type and protocol', async () => {
  assert.deepEqual(
    (await ask(c.AF_INET)).map(([family]) => family),
    [c.AF_INET, c.AF_INET],
  )
  for (const list of [await ask(0, c.SOCK_DGRAM), await ask(0, 0, c.IPPROTO_UDP)]) {
    assert.deepEqual(
      list.map(([, type]) => type),
      [c.SOCK_DGRAM, c.SOCK_DGRAM],
    )
  }
  await assert.rejects(ask(0, c.SOCK_STREAM, c.IPPROTO_UDP), TypeError)
  await assert.rejects(ask(c.AF_UNIX), TypeError)
})

test('getaddrinfo finds the stream results of a service by its name, as the tutorial does', async () => {
  const infos = await getaddrinfo('127.0.0.1', 'http')
  const streams = infos.filter((info) => info[1] === c.SOCK_STREAM)
  assert.deepEqual(streams[0], [c.AF_INET, c.SOCK_STREAM, c.IPPROTO_TCP, '', ['127.0.0.1', 80]])
  assert.deepEqual(
    (await getaddrinfo('127.0.0.1', 'ntp')).map(([, type]) => type),
    [c.SOCK_DGRAM],
  )
})

test('getaddrinfo says which service or host it does not know', async () => {
  await assert.rejects(getaddrinfo('127.0.0.1', 'no-such-service'), {
    code: 'not-found',
    message: '127.0.0.1: no service is called "no-such-service"',
  })
  const nothing: Lookup = async () => []
  await assert.rejects(getaddrinfo('no-such.invalid', 80, 0, 0, 0, 0, nothing), {
    code: 'not-found',
    message: 'no-such.invalid: no address found for that name',
  })
  await assert.rejects(ask(0, 0, 0, c.AI_NUMERICHOST), { code: 'not-found' })
  await assert.rejects(getaddrinfo('127.0.0.1', 65_536), RangeError)
})

test('getaddrinfo without a host is this machine, or every address of it', async () => {
  const hosts = async (family: number, flags: number): Promise<string[]> =>
    (await getaddrinfo(null, null, family, c.SOCK_STREAM, 0, flags)).map(([, , , , [host]]) => host)
  assert.deepEqual(await hosts(0, 0), ['::1', '127.0.0.1'])
  assert.deepEqual(await hosts(0, c.AI_PASSIVE), ['0.0.0.0', '::'])
  assert.deepEqual(await hosts(c.AF_INET, c.AI_PASSIVE), ['0.0.0.0'])
})

test('gethostbyname returns the first IPv4 address', async () => {
  assert.equal(await gethostbyname('example.test', lookup), '192.0.2.1')
  assert.equal(await gethostbyname('127.0.0.1'), '127.0.0.1')
  await assert.rejects(gethostbyname('::1'), { code: 'not-found' })
})
