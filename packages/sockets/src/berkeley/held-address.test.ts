import assert from 'node:assert/strict'
import net from 'node:net'
import { test } from 'node:test'
import { OWN_HOST } from '../testing/own-host.ts'
import { HeldAddress } from './held-address.ts'

const HOST = OWN_HOST
const FREE = { host: HOST, port: 0, ipv6Only: false, reusePort: false }

function portOf(held: HeldAddress): number {
  const [, port] = held.address
  assert.ok(typeof port === 'number')
  return port
}

test('HeldAddress holds a port until it is released', () => {
  const first = new HeldAddress(FREE)
  const same = { ...FREE, port: portOf(first) }
  assert.throws(() => new HeldAddress(same), {
    code: 'address-in-use',
    message: `${HOST}:${portOf(first)}: another program already listens there`,
  })
  assert.throws(() => new HeldAddress({ ...same, host: '0.0.0.0' }), { code: 'address-in-use' })
  first.release()
  first.release()
  new HeldAddress(same).release()
})

test('HeldAddress lets two share a port when both ask for it', () => {
  const first = new HeldAddress({ ...FREE, reusePort: true })
  const port = portOf(first)
  new HeldAddress({ ...FREE, port, reusePort: true }).release()
  assert.throws(() => new HeldAddress({ ...FREE, port }), { code: 'address-in-use' })
  first.release()
})

test('HeldAddress says why it cannot hold', async () => {
  assert.throws(() => new HeldAddress({ ...FREE, host: '192.0.2.1' }), {
    code: 'address-unavailable',
    op: 'bind',
  })
  const server = net.createServer()
  await new Promise<void>((listening) => server.listen(0, HOST, listening))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  assert.throws(() => new HeldAddress({ ...FREE, port: address.port }), { code: 'address-in-use' })
  await new Promise((closed) => server.close(closed))
})

test('HeldAddress on a Node that cannot hold notes the address, and listen and connect get it', () => {
  const noted = new HeldAddress({ ...FREE, port: 5000 }, null)
  assert.deepEqual(noted.address, [HOST, 5000])
  assert.equal(noted.take(), undefined)
  assert.equal(noted.localHost, HOST)
  assert.equal(new HeldAddress({ ...FREE, host: '0.0.0.0' }, null).localHost, undefined)
  noted.release()
  const held = new HeldAddress(FREE)
  assert.equal(held.localHost, undefined)
  held.release()
})
