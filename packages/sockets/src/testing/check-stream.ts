/**
 * The conformance suite of ByteStream: what the interface promises, as a table of checks that anybody can run over
 * a stream of their own. TCP, Unix-domain, TLS and memory streams run it in this package's tests.
 *
 * The ideas are those of trio's `check_half_closeable_stream`, Go's `nettest.TestConn`, and the test suites of
 * anyio and Deno; the words and the code are ours. Two deliberate differences: sends that are not awaited are
 * queued in call order instead of refused, and there is no "wait until send might not block".
 */
import type { ByteStream } from '../byte-stream.ts'
import { ABORTING_CHECKS } from './checks/aborting.ts'
import { CANCELLING_CHECKS } from './checks/cancelling.ts'
import type { StreamCheck, StreamTrait } from './checks/check.ts'
import { CLOGGED_CHECKS } from './checks/clogged.ts'
import { CLOSING_CHECKS } from './checks/closing.ts'
import { FRAMING_CHECKS } from './checks/framing.ts'
import { LINE_CHECKS } from './checks/lines.ts'
import { RANDOM_CHECKS } from './checks/random.ts'
import { RECEIVING_CHECKS } from './checks/receiving.ts'
import { SENDING_CHECKS } from './checks/sending.ts'

export type { StreamCheck, StreamTrait } from './checks/check.ts'
export { clog } from './checks/clogged.ts'

/** Every check, by theme. `needs` says to which streams it applies. */
export const STREAM_CHECKS: readonly StreamCheck[] = [
  ...RECEIVING_CHECKS,
  ...FRAMING_CHECKS,
  ...LINE_CHECKS,
  ...SENDING_CHECKS,
  ...CLOGGED_CHECKS,
  ...CANCELLING_CHECKS,
  ...RANDOM_CHECKS,
  ...CLOSING_CHECKS,
  ...ABORTING_CHECKS,
]

/** Makes two connected streams. Each check gets new ones, and aborts them when it is done. */
export type MakePair = () => Promise<readonly [ByteStream, ByteStream]>

/** What to check, and for how long. */
export interface CheckStreamOptions {
  /** Makes pairs whose first stream's next send waits until the second one reads (see `clog`). Without it those checks are left out. */
  readonly clogged?: MakePair | undefined
  /** What the streams can do. Default: `half-close` and `reset`; `clogged` follows from the maker. */
  readonly traits?: readonly Exclude<StreamTrait, 'clogged'>[] | undefined
  /** Milliseconds after which a check that hangs has failed. Default 60,000; no check waits for it. */
  readonly guard?: number | undefined
}

/** How one check went. */
export interface CheckResult {
  /** The check's id in `STREAM_CHECKS`. */
  readonly id: string
  /** The requirement as a sentence. */
  readonly name: string
  /** Whether the stream met it. */
  readonly ok: boolean
  /** Why not: an AssertionError, or what the stream threw. */
  readonly error?: unknown
}

const GUARD = 60_000

/**
 * Runs every check that applies, one after the other, each on new pairs and in both directions, and gives the
 * result of each as it is known.
 *
 *     for await (const { ok, name, error } of checkStream(async () => memoryPair())) {
 *       console.log(ok ? 'ok' : 'NOT OK', name, error ?? '')
 *     }
 */
export async function* checkStream(
  make: MakePair,
  options: CheckStreamOptions = {},
): AsyncGenerator<CheckResult, void, undefined> {
  for (const check of checksFor(options)) yield await runCheck(check, make, options)
}

/** The checks that apply to streams with these abilities. */
export function checksFor(options: CheckStreamOptions = {}): readonly StreamCheck[] {
  const traits: readonly StreamTrait[] = options.traits ?? ['half-close', 'reset']
  return STREAM_CHECKS.filter(({ needs }) => {
    if (needs === 'clogged') return options.clogged !== undefined
    return needs === 'every' || traits.includes(needs)
  })
}

/** Runs one check. Never rejects: what goes wrong is in the result. */
export async function runCheck(
  check: StreamCheck,
  make: MakePair,
  options: CheckStreamOptions = {},
): Promise<CheckResult> {
  const { id, name, needs } = check
  const guard = options.guard ?? GUARD
  try {
    if (needs === 'clogged') {
      if (options.clogged === undefined) throw new TypeError(`${id} needs a maker of clogged pairs`)
      await guarded(check, options.clogged, guard)
    } else {
      await guarded(check, make, guard)
      await guarded(check, async () => turned(await make()), guard)
    }
    return { id, name, ok: true }
  } catch (error) {
    return { id, name, ok: false, error }
  }
}

/** One run of a check on a new pair, which is aborted afterwards and must then be closed. */
async function guarded(check: StreamCheck, make: MakePair, guard: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${check.id} was not done after ${guard} ms`)), guard)
  })
  let pair: readonly ByteStream[] = []
  try {
    const [near, far] = await Promise.race([make(), expired])
    pair = [near, far]
    await Promise.race([check.run(near, far), expired])
    for (const stream of pair) stream.abort()
    await Promise.race([Promise.all(pair.map((stream) => stream.closed)), expired])
  } finally {
    clearTimeout(timer)
    for (const stream of pair) stream.abort()
  }
}

function turned([a, b]: readonly [ByteStream, ByteStream]): [ByteStream, ByteStream] {
  return [b, a]
}
