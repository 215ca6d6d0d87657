/** Runs points one after the other against one program, and tells what became of each. */
import type { Facts } from './evidence.ts'
import { NobodyThere } from './nobody-there.ts'
import type { Point } from './point.ts'
import { SECOND_CLIENT } from './servers/manners.ts'
import { Fault } from './talk.ts'

/** What became of a point. */
export interface Result {
  readonly point: Omit<Point<never>, 'run'>
  /** `not-seen`: it could not be looked at, because nobody listens any more. It counts as not holding. */
  readonly state: 'holds' | 'fails' | 'not-seen'
  readonly facts: Facts
}

/** What the runner needs of a program under test. */
export interface UnderTest {
  begin(): Promise<void>
  end(): Promise<void>
  facts(): Facts
  /** True when it surely listens no more and will not be started again. Asked only after a failure. */
  isGone(): Promise<boolean>
}

/**
 * Runs the points in their order and hands each result over as soon as it is there. Rejects with NobodyThere when
 * nobody listens at the very first one. Once nobody listens any more, the rest is not seen.
 */
export async function runPoints<Peer>(
  points: readonly Point<Peer>[],
  peer: Peer & UnderTest,
  tell: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = []
  let gone = false
  for (const point of points) {
    const result: Result | undefined = gone ? undefined : await runPoint(point, peer, results.length === 0)
    gone ||= result?.state === 'not-seen'
    const wasServingOne = results.filter(({ state }) => state !== 'not-seen').length <= 1
    const told = result === undefined || gone ? afterTheEnd(point, wasServingOne) : result
    results.push(told)
    tell(told)
  }
  return results
}

async function runPoint<Peer>(point: Point<Peer>, peer: Peer & UnderTest, isFirst: boolean): Promise<Result> {
  try {
    await peer.begin()
    await point.run(peer)
    return { point, state: 'holds', facts: peer.facts() }
  } catch (error) {
    if (error instanceof NobodyThere && isFirst) throw error
    // A connection that a program leaves in its queue when it ends is reset: nobody has failed anything there.
    if (error instanceof Fault) {
      const facts = peer.facts()
      const wasMet = isFirst || facts.came[0] !== 'RST' || !(await peer.isGone())
      return { point, state: wasMet ? 'fails' : 'not-seen', facts }
    }
    if (error instanceof NobodyThere) return { point, state: 'not-seen', facts: peer.facts() }
    throw error
  } finally {
    await peer.end()
  }
}

/** That a server listens no more after its first client is itself the failure of one point; the others were not seen. */
function afterTheEnd(point: Result['point'], wasServingOne: boolean): Result {
  const came = ['nobody listens any more (connection refused)']
  const state = wasServingOne && point.id === SECOND_CLIENT ? 'fails' : 'not-seen'
  return { point, state, facts: { sent: ['connect'], expected: ['a connection'], came } }
}
