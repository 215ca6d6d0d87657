/**
 * What every server over TCP must hold, whatever it serves: the next client, two at once, one that is slow, one that
 * resets, one that sends too much. Each is the exercise's own conversation, led in a certain company.
 */
import type { LineEnd, Point, ServerPeer } from '../point.ts'
import type { Talk } from '../talk.ts'
import { withLineEnd } from './line-end.ts'

/** One whole conversation that a right server answers. `nth` is 0 or 1 and makes two at the same time different. */
export type Visit = (talk: Talk, visit: { peer: ServerPeer; nth: 0 | 1; end: LineEnd }) => Promise<void>

/** More than a server should take for one line, in bytes. */
const TOO_LONG = 100_000

export function manners(visit: Visit): Point<ServerPeer>[] {
  return [
    {
      id: SECOND_CLIENT,
      title: 'serves a second client after the first',
      why: 'A server goes back to accept() after each client; one that ends after the first is a server for one.',
      example: '07-many-clients',
      run: withLineEnd(async (peer, end) => {
        for (const nth of [0, 1] as const) {
          const talk = await peer.connect()
          await visit(talk, { peer, nth, end })
          await talk.drop()
        }
      }),
    },
    {
      id: 'two-at-once',
      title: 'serves two clients at once, and gives each its own answers',
      why: 'With one variable for "the client", or one client after the other, the second waits or gets the answers of the first.',
      example: '07-many-clients',
      run: withLineEnd(async (peer, end) => {
        const first = await peer.connect()
        const second = await peer.connect()
        await visit(second, { peer, nth: 1, end })
        await visit(first, { peer, nth: 0, end })
      }),
    },
    {
      id: 'slow-client',
      title: 'serves a fast client beside one that connects and says nothing',
      why: 'While recv() waits for the silent one, nobody else is served: one client can stop the whole server.',
      example: '07-many-clients',
      run: withLineEnd(async (peer, end) => {
        await peer.connect()
        await visit(await peer.connect(), { peer, nth: 1, end })
      }),
    },
    {
      id: 'reset',
      title: 'goes on after a client that resets its connection',
      why: 'A client that crashes makes recv() or send() fail; an error that nobody catches ends the server for everybody.',
      example: '18-endings',
      run: withLineEnd(async (peer, end) => {
        const rude = await peer.connect()
        await rude.send('x')
        await rude.reset()
        await visit(await peer.connect(), { peer, nth: 1, end })
      }),
    },
    {
      id: 'long-input',
      title: 'goes on after 100,000 bytes without a newline',
      why: 'Anybody can send anything: input without a limit fills the memory, and an error about it must not end the server.',
      example: '05-framing',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        await talk.send('x'.repeat(TOO_LONG))
        await talk.drop()
        await visit(await peer.connect(), { peer, nth: 1, end })
      }),
    },
  ]
}

/** The point that a server for one client fails, whichever was the first to see it. */
export const SECOND_CLIENT = 'second-client'
