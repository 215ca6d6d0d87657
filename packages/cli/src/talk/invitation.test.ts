import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OwnAddress } from '../doors.ts'
import { invitation } from './invitation.ts'

const OWN: readonly OwnAddress[] = [
  { address: '127.0.0.1', family: 'IPv4', internal: true },
  { address: 'fe80::1', family: 'IPv6', internal: false },
  { address: '2001:db8::7', family: 'IPv6', internal: false },
  { address: '192.168.1.7', family: 'IPv4', internal: false },
  { address: '169.254.3.4', family: 'IPv4', internal: false },
]

test('invitation names the address that is listened on', () => {
  assert.deepEqual(invitation({ host: '127.0.0.1', port: 5001, family: 4 }, OWN), [
    'partyline talk 127.0.0.1:5001',
    'nc 127.0.0.1 5001',
  ])
  assert.deepEqual(invitation({ host: '::1', port: 6000, family: 6 }, []), [
    'partyline talk [::1]:6000',
    'nc ::1 6000',
  ])
})

test('invitation names the addresses of this machine for 0.0.0.0 and ::', () => {
  assert.deepEqual(invitation({ host: '0.0.0.0', port: 5001, family: 4 }, OWN), [
    'partyline talk 192.168.1.7:5001',
    'nc 192.168.1.7 5001',
  ])
  assert.deepEqual(invitation({ host: '::', port: 5001, family: 6 }, OWN), [
    'partyline talk 192.168.1.7:5001',
    'nc 192.168.1.7 5001',
    'partyline talk [2001:db8::7]:5001',
    'nc 2001:db8::7 5001',
  ])
  assert.deepEqual(invitation({ host: '0.0.0.0', port: 5001, family: 4 }, []), [
    'partyline talk 127.0.0.1:5001',
    'nc 127.0.0.1 5001',
  ])
})
