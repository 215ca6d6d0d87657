import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFilesLimit } from '@partyline/chat'
import { TcpListener } from '@partyline/sockets'
import { openFilesFinding, portFinding } from './reach.ts'

const HOSTS = ['127.0.0.1']

test('portFinding tells a free port from a taken one, and the own server from another', async () => {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  const port = 'port' in listener.address ? listener.address.port : 0
  const door = { door: 'text', port, hosts: HOSTS }
  const taken = await portFinding(door, false)
  assert.deepEqual(taken, {
    check: 'text port',
    ok: false,
    found: `${port} is taken on 127.0.0.1, and no server runs on this folder`,
    advice: 'see who has it: ss -ltnp; or another one: --text-port PORT',
  })
  const own = await portFinding(door, true)
  assert.deepEqual([own.ok, own.found], [true, `${port} is in use, by the server`])
  await listener.close()
  const free = await portFinding(door, false)
  assert.deepEqual([free.ok, free.found], [true, `${port} is free`])
})

test('portFinding knows that 0 is any port, and an address that is not of this machine', async () => {
  assert.equal((await portFinding({ door: 'web', port: 0, hosts: HOSTS }, false)).ok, true)
  const elsewhere = await portFinding({ door: 'web', port: 8080, hosts: ['192.0.2.1'] }, false)
  assert.equal(elsewhere.ok, false)
  assert.equal(elsewhere.found, 'cannot listen on 192.0.2.1 port 8080 (address-unavailable)')
})

test('openFilesFinding compares the limit with the connections that are wanted', () => {
  assert.equal(openFilesFinding(undefined, 10_000).ok, true)
  assert.deepEqual(openFilesFinding(1024, undefined), {
    check: 'open files',
    ok: true,
    found: '1024: enough for 960 connections',
  })
  const few = openFilesFinding(1024, 10_000)
  assert.deepEqual([few.ok, few.advice], [false, 'ulimit -n 10064, where the server is started'])
  assert.equal(openFilesFinding(100, undefined).ok, false)
})

test('openFilesLimit is a number here, or there is none', () => {
  const limit = openFilesLimit()
  assert.ok(limit === undefined || (Number.isInteger(limit) && limit > 0))
})
