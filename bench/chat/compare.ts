/** Runs one scenario: rounds of every side in turns, each in a fresh process under the same load. */
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Child } from '../child.ts'
import type { Cores } from '../machine.ts'
import type { Heard } from './conversation.ts'
import type { Question } from './questions.ts'
import type { Metric, Scenario, SideName } from './scenarios.ts'
import { MeasuredServer, type Sides } from './servers.ts'

/** What one side cost in one round. */
export type Figures = Partial<Record<Metric, number>>

/** What each side cost in one round. */
export type Round = Partial<Record<SideName, Figures>>

export interface Bench {
  readonly sides: Sides
  readonly cores: Cores
  /** Where the servers keep their files. */
  readonly folder: string
}

type Load = Child<Question, Heard>

const LOAD = fileURLToPath(import.meta.resolve('./load.ts'))
/** Logins at once where they are not what is measured. */
const LOGINS = 100
/** Milliseconds for one answer of the load generator: five thousand logins at a slow server take minutes. */
const PATIENCE = 300_000
const MIB = 1024 * 1024

/** Which side is first changes from round to round, so that a machine that grows slower meanwhile favours none. */
export async function compare(scenario: Scenario, rounds: number, bench: Bench): Promise<Round[]> {
  const names = scenario.sides.filter((name) => bench.sides[name] !== undefined)
  const load: Load = new Child(LOAD, [], bench.cores.load)
  try {
    const results: Round[] = []
    for (let i = 0; i < Math.min(rounds, scenario.mostRounds ?? rounds); i++) {
      const round: Round = {}
      const first = i % names.length
      for (const name of [...names.slice(first), ...names.slice(0, first)]) {
        round[name] = await measure(name, scenario, load, bench)
      }
      results.push(round)
    }
    return results
  } finally {
    await load.end()
  }
}

async function measure(name: SideName, scenario: Scenario, load: Load, bench: Bench): Promise<Figures> {
  const command = bench.sides[name]
  if (command === undefined) throw new TypeError(`there is no server ${name}`)
  const server = await MeasuredServer.start(command, { core: bench.cores.measured, under: bench.folder })
  try {
    const result = await figures(scenario, server, (question) => load.ask(question, PATIENCE))
    await load.ask({ ask: 'leave' })
    return result
  } catch (error) {
    throw new Error(`${scenario.id}, ${name}. ${server.lastWords}`, { cause: error })
  } finally {
    await server.stop()
  }
}

type Ask = (question: Question) => Promise<Heard>

async function figures(scenario: Scenario, server: MeasuredServer, ask: Ask): Promise<Figures> {
  const { people } = scenario
  const empty = server.residentBytes()
  await ask({ ask: 'connect', port: server.port, people })
  if (scenario.kind === 'joins') {
    const { cost, heard } = await measured(server, () => ask({ ask: 'logIn', atOnce: people }))
    return { cpu: cost, seconds: heard.seconds }
  }
  await ask({ ask: 'logIn', atOnce: LOGINS })
  if (scenario.kind === 'idle') {
    await pause(scenario.quiet)
    const full = server.residentBytes()
    return { perPerson: (full - empty) / people / 1024, resident: full / MIB }
  }
  await ask({ ask: 'talk', talk: scenario.warmUp })
  const { cost, heard } = await measured(server, () => ask({ ask: 'talk', talk: scenario.talk }))
  const { deliveries, seconds, p50, p99 } = heard
  return {
    cpuPerMillion: (cost / deliveries) * 1_000_000,
    perSecond: deliveries / seconds,
    p50,
    p99,
    core: (cost / seconds) * 100,
    resident: server.residentBytes() / MIB,
  }
}

async function measured(
  server: MeasuredServer,
  work: () => Promise<Heard>,
): Promise<{ readonly cost: number; readonly heard: Heard }> {
  const before = server.cpuSeconds()
  const heard = await work()
  return { cost: server.cpuSeconds() - before, heard }
}
