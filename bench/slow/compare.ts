/** Rounds with and without those who do not read, in turns, each at a fresh server under the same load. */
import { fileURLToPath } from 'node:url'
import { MeasuredServer, PARTYLINE } from '../chat/servers.ts'
import { Child } from '../child.ts'
import type { Cores } from '../machine.ts'
import type { Company, Heard, Question, Talk } from './questions.ts'
import { type Held, kernelSettled, look, metricsAt, mostDuring } from './watching.ts'

export interface Plan extends Company {
  readonly warmUp: Talk
  readonly talk: Talk
}

/** What is measured: 20 MB of room traffic for each of 500 people. */
export const PLAN: Plan = {
  readers: 495,
  sleepers: 5,
  warmUp: { messages: 200, perSecond: 100, textBytes: 64 },
  talk: { messages: 5250, perSecond: 100, textBytes: 4000 },
}

export interface Side {
  readonly heard: Heard
  /** Before the talk, at most meanwhile, and when all is over and the sleepers' own ends are closed. */
  readonly before: Held
  readonly most: Held
  readonly after: Held
  /** What the server said on standard error about whom it cut off. */
  readonly reasons: readonly string[]
}

export interface Pair {
  readonly with: Side
  readonly without: Side
}

export interface Bench {
  readonly cores: Cores
  /** Where the servers keep their files. */
  readonly folder: string
}

type Load = Child<Question, Heard>

const LOAD = fileURLToPath(import.meta.resolve('./load.ts'))
/** Milliseconds for one answer of the load generator: a talk takes a minute. */
const PATIENCE = 300_000

/** Which side is first changes from pair to pair, so that a machine that grows slower meanwhile favours none. */
export async function compare(plan: Plan, pairs: number, bench: Bench): Promise<Pair[]> {
  const load: Load = new Child(LOAD, [], bench.cores.load)
  const alone = { ...plan, sleepers: 0 }
  try {
    const results: Pair[] = []
    for (let i = 0; i < pairs; i++) {
      if (i % 2 === 0) {
        const without = await measure(alone, load, bench)
        results.push({ without, with: await measure(plan, load, bench) })
      } else {
        const withThem = await measure(plan, load, bench)
        results.push({ without: await measure(alone, load, bench), with: withThem })
      }
    }
    return results
  } finally {
    await load.end()
  }
}

async function measure({ readers, sleepers, warmUp, talk }: Plan, load: Load, bench: Bench): Promise<Side> {
  const ask = (question: Question): Promise<Heard> => load.ask(question, PATIENCE)
  const server = await MeasuredServer.start(
    (folder) => [...PARTYLINE, '--text-port=0', '--web-port=0', '--no-console', `--data=${folder}`],
    { core: bench.cores.measured, under: bench.folder },
  )
  try {
    const metrics = await metricsAt(server)
    await ask({ ask: 'gather', port: server.port, readers, sleepers })
    await ask({ ask: 'talk', talk: warmUp })
    const before = await look(server, metrics)
    const work = ask({ ask: 'talk', talk })
    const { result: heard, most } = await mostDuring(work, () => look(server, metrics))
    const reasons = server.lastWords.match(/cut off [^"\n]+/g) ?? []
    await ask({ ask: 'wake' })
    const kernel = await kernelSettled(before.kernel)
    const after = { ...(await look(server, metrics)), kernel }
    await ask({ ask: 'leave' })
    return { heard, before, most, after, reasons }
  } catch (error) {
    throw new Error(`with ${sleepers} who do not read. ${server.lastWords}`, { cause: error })
  } finally {
    await server.stop()
  }
}
