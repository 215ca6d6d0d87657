import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CloseInfo, InetAddress, TlsInfo } from '@partyline/sockets'
import { closedWords, connectedWords, sendingWords, silentWords } from './sentences.ts'

const REMOTE: InetAddress = { host: '127.0.0.1', port: 8000, family: 4 }
const TLS: TlsInfo = {
  protocol: 'TLSv1.3',
  cipher: '',
  alpn: undefined,
  servername: undefined,
  peer: undefined,
}
const INFO: CloseInfo = { by: 'peer', bytesIn: 20, bytesOut: 14, ms: 2149 }
const ONE = { datagrams: 1, bytes: 5 }
const NONE = { datagrams: 0, bytes: 0 }

test('connectedWords names the address where the peer was called by a name', () => {
  assert.equal(
    connectedWords('127.0.0.1:8000', { remote: REMOTE, tls: undefined }),
    'connected to 127.0.0.1:8000',
  )
  assert.equal(
    connectedWords('localhost:8000', { remote: REMOTE, tls: TLS }),
    'connected to localhost:8000 (127.0.0.1:8000), TLSv1.3',
  )
  assert.equal(
    connectedWords('/run/x.sock', { remote: { path: '' }, tls: undefined }),
    'connected to /run/x.sock',
  )
})

test('closedWords says who ended it, how long it was and how much went over it', () => {
  assert.equal(
    closedWords('127.0.0.1:8000', { code: 0, how: 'peer', info: INFO }),
    'closed by 127.0.0.1:8000 after 2.1 s (sent 14 B, received 20 B)',
  )
  assert.equal(
    closedWords('h:1', { code: 130, how: 'left', info: { ...INFO, ms: 39.6 } }),
    'left h:1 after 40 ms (sent 14 B, received 20 B)',
  )
  assert.equal(
    closedWords('h:1', { code: 0, how: 'idle', info: INFO }),
    'nothing more came from h:1: left after 2.1 s (sent 14 B, received 20 B)',
  )
})

test('sendingWords and silentWords promise nothing that UDP does not', () => {
  assert.equal(sendingWords('localhost:8000', REMOTE), 'sending to udp localhost:8000 (127.0.0.1:8000)')
  assert.equal(sendingWords('127.0.0.1:8000', REMOTE), 'sending to udp 127.0.0.1:8000')
  assert.equal(
    silentWords('h:1', { code: 0, how: 'idle', sent: ONE, received: { datagrams: 2, bytes: 9 } }),
    'nothing more came from udp h:1 (sent 1 datagram, 5 B; received 2 datagrams, 9 B)',
  )
  assert.equal(
    silentWords('h:1', { code: 130, how: 'left', sent: ONE, received: NONE }),
    'left udp h:1 (sent 1 datagram, 5 B; received 0 datagrams, 0 B)',
  )
  assert.equal(
    silentWords('h:1', { code: 0, how: 'idle', sent: NONE, received: NONE }),
    'nothing was sent to udp h:1: the input was empty',
  )
})
