/**
 * Broken streams, to test the suite itself: a check that cannot fail is worth nothing. A mutant is a memory stream
 * that is right but for one thing, and the checks that have to notice.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ByteStream } from '../../byte-stream.ts'
import { runCheck, STREAM_CHECKS } from '../check-stream.ts'
import { memoryPair } from '../memory-pair.ts'
import type { StreamCheck } from './check.ts'
import { clog } from './clogged.ts'

export interface Mutant {
  /** What it does wrong. */
  readonly does: string
  /** The checks that must fail on it, by id. */
  readonly failing: readonly string[]
  /** The methods that it does differently. */
  readonly breaks: (right: ByteStream) => Partial<ByteStream>
}

// Some mutants fail by hanging; what a memory stream does takes no time, so that this is long enough for the others.
const GUARD = 200

/** Tests that each of these mutants fails its checks, and that each of these checks fails on some mutant. */
export function testMutants(checks: readonly StreamCheck[], mutants: readonly Mutant[]): void {
  // At the same time, because some of them hang until the guard ends them.
  suite('broken streams', { concurrency: 16 }, () => {
    for (const { does, failing, breaks } of mutants) {
      for (const id of failing) {
        test(`runCheck(${id}) fails on a stream that ${does}`, () => failsOn(find(id), breaks))
      }
    }
  })
  test(`every check from ${checks[0]?.id} to ${checks.at(-1)?.id} fails on some broken stream`, () => {
    const caught = new Set(mutants.flatMap(({ failing }) => failing))
    const never = checks.filter(({ id }) => !caught.has(id)).map(({ id }) => id)
    assert.deepEqual(never, [])
  })
}

function find(id: string): StreamCheck {
  const check = STREAM_CHECKS.find((one) => one.id === id)
  if (check === undefined) throw new Error(`there is no check ${id}`)
  return check
}

async function failsOn(check: StreamCheck, breaks: Mutant['breaks']): Promise<void> {
  const made: ByteStream[] = []
  const make = async (clogged: boolean): Promise<[ByteStream, ByteStream]> => {
    const [a, b] = memoryPair()
    made.push(a, b)
    if (clogged) await clog(a)
    return [broken(a, breaks(a)), broken(b, breaks(b))]
  }
  const result = await runCheck(check, () => make(false), { clogged: () => make(true), guard: GUARD })
  for (const stream of made) stream.abort() // the mutant's own abort may be what is broken
  assert.equal(result.ok, false)
}

/** `right`, with some of its methods replaced. */
function broken(right: ByteStream, different: Partial<ByteStream>): ByteStream {
  return new Proxy(right, {
    get(_, name) {
      if (Object.hasOwn(different, name)) return Reflect.get(different, name)
      const value: unknown = Reflect.get(right, name)
      return typeof value === 'function' ? value.bind(right) : value
    },
  })
}

/** A promise that never settles. */
export function never<T>(): Promise<T> {
  return new Promise(() => {})
}
