/** Listening on several addresses with one port. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ListenOptions, SocketError, TcpListener } from '@partyline/sockets'
import { listenOnAll, portOf } from './listen-on-all.ts'

/** Of this test file only: a port that one of them does not use is free there, whatever else runs on this machine. */
const HOSTS = ['127.0.0.41', '127.0.0.42'] as const
const PLAN = { hosts: HOSTS, port: 0, options: {}, log: () => {} }

async function closeAll(listeners: readonly TcpListener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()))
}

test('listenOnAll gives all addresses the same free port', async () => {
  const listeners = await listenOnAll(PLAN)
  assert.deepEqual(
    listeners.map(({ address }) => ('host' in address ? address.host : undefined)),
    PLAN.hosts,
  )
  assert.equal(new Set(listeners.map(portOf)).size, 1)
  await closeAll(listeners)
})

test('listenOnAll listens on all or none', async () => {
  const taken = await TcpListener.listen(0, HOSTS[1])
  const port = portOf(taken)
  await assert.rejects(listenOnAll({ ...PLAN, port }), (error) => SocketError.is(error, 'address-in-use'))
  const alone = await TcpListener.listen(port, HOSTS[0])
  await closeAll([alone, taken])
})

test('listenOnAll tries another free port when the first is taken on the next address', async () => {
  let calls = 0
  const listen = async (options: ListenOptions): Promise<TcpListener> => {
    calls += 1
    if (calls === 2) throw new SocketError('address-in-use', { op: 'listen' })
    return TcpListener.listen(options)
  }
  const listeners = await listenOnAll({ ...PLAN, listen })
  assert.equal(calls, 4)
  await closeAll(listeners)
})

test('listenOnAll leaves ::1 out on a machine without IPv6, and says so; alone it is an error', async () => {
  const listen = (options: ListenOptions): Promise<TcpListener> => {
    if (options.host === '::1')
      return Promise.reject(new SocketError('address-unavailable', { op: 'listen' }))
    return TcpListener.listen(options)
  }
  const log: string[] = []
  const plan = { ...PLAN, listen, log: (line: string) => log.push(line) }
  const listeners = await listenOnAll({ ...plan, hosts: ['127.0.0.1', '::1'] })
  assert.equal(listeners.length, 1)
  assert.deepEqual(log, ['this machine has no IPv6: not listening on ::1'])
  await assert.rejects(listenOnAll({ ...plan, hosts: ['::1'] }), (error) =>
    SocketError.is(error, 'address-unavailable'),
  )
  await closeAll(listeners)
})

test('listenOnAll keeps :: from taking the port of an IPv4 address beside it', async () => {
  const asked: (boolean | undefined)[] = []
  const listen = (options: ListenOptions): Promise<TcpListener> => {
    asked.push(options.ipv6Only)
    return TcpListener.listen({ ...options, host: '127.0.0.1', port: 0 })
  }
  await closeAll(await listenOnAll({ ...PLAN, hosts: ['0.0.0.0', '::'], listen }))
  await closeAll(await listenOnAll({ ...PLAN, hosts: ['::'], listen }))
  assert.deepEqual(asked, [true, true, false])
})
