import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InetAddress } from '@partyline/sockets'
import { doorLines, type OwnAddress } from './doors.ts'

const OWN: readonly OwnAddress[] = [
  { address: '127.0.0.1', family: 'IPv4', internal: true },
  { address: '::1', family: 'IPv6', internal: true },
  { address: 'fd00::7', family: 'IPv6', internal: false },
  { address: 'fe80::7', family: 'IPv6', internal: false },
  { address: '192.168.1.7', family: 'IPv4', internal: false },
  { address: '169.254.3.3', family: 'IPv4', internal: false },
  { address: '10.0.0.7', family: 'IPv4', internal: false },
]

function at(...hosts: string[]): InetAddress[] {
  return hosts.map((host) => ({ host, port: 5000, family: host.includes(':') ? 6 : 4 }))
}

test('doorLines gives lines to paste, and says who can use them', () => {
  assert.deepEqual(doorLines('Partyline', at('127.0.0.1', '::1'), OWN), [
    'Partyline is open. To join, paste one of these into another terminal:',
    '  nc 127.0.0.1 5000',
    '  telnet 127.0.0.1 5000',
    '  npx partyline chat 127.0.0.1:5000',
    'This machine only: add --host 0.0.0.0 to let others in.',
    'Ctrl-C stops.',
  ])
})

test('doorLines names this machine by its own addresses when it listens on all of them', () => {
  assert.deepEqual(doorLines('Our Club', at('0.0.0.0'), OWN), [
    'Our Club is open. To join, paste one of these into another terminal:',
    '  nc 192.168.1.7 5000',
    '  telnet 192.168.1.7 5000',
    '  npx partyline chat 192.168.1.7:5000',
    'Also at 10.0.0.7.',
    'Ctrl-C stops.',
  ])
  assert.ok(doorLines('x', at('::'), OWN).includes('Also at 10.0.0.7, fd00::7.'))
  assert.ok(doorLines('x', at('0.0.0.0', '::'), OWN).includes('Also at 10.0.0.7, fd00::7.'))
})

test('doorLines falls back on loopback on a machine without a network', () => {
  assert.ok(doorLines('x', at('0.0.0.0'), OWN.slice(0, 2)).includes('  nc 127.0.0.1 5000'))
})

test('doorLines writes an IPv6 address as each program wants it', () => {
  const lines = doorLines('x', at('fd00::7'), OWN)
  assert.ok(lines.includes('  nc fd00::7 5000'))
  assert.ok(lines.includes('  npx partyline chat [fd00::7]:5000'))
  assert.ok(!lines.some((line) => line.startsWith('This machine only')))
})

test('doorLines lists only a few addresses', () => {
  const many = Array.from(
    { length: 50 },
    (_, i): OwnAddress => ({ address: `10.0.1.${i}`, family: 'IPv4', internal: false }),
  )
  assert.ok(doorLines('x', at('0.0.0.0'), many).includes('Also at 10.0.1.1, 10.0.1.2, 10.0.1.3.'))
})
