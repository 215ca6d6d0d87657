/** What is measured of a server with a long history: its start, its searches, and the talk while it is searched. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Heard } from '../chat/conversation.ts'
import type { Question } from '../chat/questions.ts'
import type { Talk } from '../chat/scenarios.ts'
import { MeasuredServer, PARTYLINE } from '../chat/servers.ts'
import { Child } from '../child.ts'
import { Searcher } from './searcher.ts'
import type { Kind } from './searches.ts'
import { roomOf } from './texts.ts'

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/partyline.js', import.meta.url))
const LOAD = fileURLToPath(import.meta.resolve('../chat/load.ts'))
const STRANGER = fileURLToPath(import.meta.resolve('./stranger.ts'))
/** Those who search while others talk. */
const SEARCHERS = 8

/** Where the history is, and where servers may write. */
export interface Place {
  /** The data folder. */
  readonly data: string
  readonly under: string
}

export interface Search {
  readonly kind: Kind
  /** Milliseconds of each. */
  readonly took: readonly number[]
  /** Messages that were shown, of all of them. */
  readonly found: number
}

/** One talk three times, on one server. */
export interface Round {
  readonly talk: Talk
  readonly quiet: Heard
  /** Beside a process that has nothing to do with us: what this machine takes from a talk, whoever is busy. */
  readonly beside: Heard
  /** While others search and everything is exported. */
  readonly busy: Heard
  /** Searches that were answered meanwhile, and the milliseconds of each. */
  readonly searches: readonly number[]
}

export interface Talking {
  readonly people: number
  readonly warmUp: Talk
  readonly talks: readonly Talk[]
}

/** Milliseconds from starting the process until it says that it listens, each time. */
export async function measureStarts(place: Place, times: number): Promise<readonly number[]> {
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    const began = performance.now()
    const server = await start(place)
    took.push(performance.now() - began)
    await server.stop()
  }
  return took
}

/** Each search so many times, one after the other. */
export async function measureSearches(
  place: Place,
  kinds: readonly Kind[],
  times: number,
): Promise<readonly Search[]> {
  const server = await start(place)
  try {
    const searcher = await Searcher.enter(server.port, 'searcher', roomOf(0))
    const results: Search[] = []
    for (const kind of kinds) {
      const took: number[] = []
      let found = 0
      for (const words of Array.from({ length: times }, () => kind.searches).flat()) {
        const answer = await searcher.search(words)
        took.push(answer.ms)
        found += answer.found
      }
      results.push({ kind, took, found })
    }
    searcher.leave()
    return results
  } finally {
    await server.stop()
  }
}

/** Each talk in quiet, beside a stranger, and while eight people search without a pause and one export follows the other. */
export async function measureTalks(
  place: Place,
  searches: readonly string[],
  { people, warmUp, talks }: Talking,
  rounds: number,
): Promise<readonly Round[]> {
  const server = await start(place)
  const load = new Child<Question, Heard>(LOAD, [], undefined)
  try {
    const searchers = await Promise.all(
      Array.from({ length: SEARCHERS }, (_, i) => Searcher.enter(server.port, `searcher${i}`, roomOf(i))),
    )
    await load.ask({ ask: 'connect', port: server.port, people })
    await load.ask({ ask: 'logIn', atOnce: people })
    await load.ask({ ask: 'talk', talk: warmUp })
    const results: Round[] = []
    for (let i = 0; i < rounds; i++) {
      for (const talk of talks) {
        const hear = (): Promise<Heard> => load.ask({ ask: 'talk', talk })
        // Which is first changes from round to round, so that a machine that grows slower meanwhile favours none.
        const before = i % 2 === 0 ? await hear() : undefined
        const beside = await whileBusy(new Stranger(), hear)
        const work = new Work(place, searchers, searches)
        const busy = await whileBusy(work, hear)
        results.push({ talk, quiet: before ?? (await hear()), beside, busy, searches: work.took })
      }
    }
    await load.ask({ ask: 'leave' })
    for (const searcher of searchers) searcher.leave()
    return results
  } catch (error) {
    throw new Error(`while they talked. ${server.lastWords}`, { cause: error })
  } finally {
    await load.end()
    await server.stop()
  }
}

async function whileBusy(work: Stoppable, hear: () => Promise<Heard>): Promise<Heard> {
  try {
    return await hear()
  } finally {
    await work.stop()
  }
}

interface Stoppable {
  stop(): Promise<void>
}

/** One process that has stepped back as far as it can and makes and forgets objects, as most programs do. */
class Stranger implements Stoppable {
  readonly #process = spawn(process.execPath, [STRANGER], { stdio: ['ignore', 'ignore', 'inherit'] })
  readonly #ended = once(this.#process, 'exit')

  async stop(): Promise<void> {
    this.#process.kill()
    await this.#ended
  }
}

/** All searchers search all the time, and the history is exported again and again. */
class Work implements Stoppable {
  /** Milliseconds of each search so far. */
  readonly took: number[] = []
  readonly #ended: Promise<unknown>
  #isOver = false
  #export: ChildProcess | undefined

  constructor(place: Place, searchers: readonly Searcher[], searches: readonly string[]) {
    const searching = searchers.map((searcher, i) => this.#search(searcher, searches, i))
    this.#ended = Promise.all([...searching, this.#exportAll(place)])
    this.#ended.catch(() => {}) // told when it is stopped
  }

  async stop(): Promise<void> {
    this.#isOver = true
    this.#export?.kill()
    await this.#ended
  }

  async #search(searcher: Searcher, searches: readonly string[], first: number): Promise<void> {
    for (let i = first; !this.#isOver; i += SEARCHERS) {
      this.took.push((await searcher.search(searches[i % searches.length] ?? '')).ms)
    }
  }

  async #exportAll({ data }: Place): Promise<void> {
    while (!this.#isOver) {
      const args = [LAUNCHER, 'export', '--format=jsonl', `--data=${data}`]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      this.#export = child
      const [code] = await once(child, 'exit')
      if (code !== 0 && !this.#isOver) throw new Error(`the export ended with ${code}`)
    }
  }
}

function start({ data, under }: Place): Promise<MeasuredServer> {
  const command = [...PARTYLINE, '--text-port=0', '--no-console', `--data=${data}`] as const
  return MeasuredServer.start(() => [...command], { core: undefined, under })
}
