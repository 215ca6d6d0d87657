/** Addresses and ports that no other program on this machine takes away in the middle of a test. For this package's own tests. */
import { randomInt } from 'node:crypto'
import { BoundSocket } from 'node:net'
import type { TestContext } from 'node:test'

/**
 * An address of this machine that nobody else uses: a port that was closed there is still free in the next moment,
 * and nobody else is met there. Linux has all of 127.0.0.0/8 for this; elsewhere it is 127.0.0.1.
 */
export const OWN_HOST: string =
  process.platform === 'linux'
    ? `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
    : '127.0.0.1'

/** A TCP port where nobody listens, on any address of IPv4, until the test is over: it is bound, so that nobody can. */
export function deadPort(t: TestContext): number {
  const bound = new BoundSocket({ host: '0.0.0.0', port: 0 })
  t.after(() => bound[Symbol.dispose]())
  return bound.address().port
}
