/**
 * The benchmark of the chat server, as people run it, against a naive one of the same protocol: what a delivery
 * costs in CPU time, how long a message takes to everybody's screen, and what people cost who only listen.
 * README.md, one folder up, says how to read the tables that it prints. Linux only: it reads /proc.
 */
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { chosen, roundsOf, runMain } from '../command-line.ts'
import { checkOpenFiles, chooseCores, describeMachine } from '../machine.ts'
import { compare } from './compare.ts'
import { formatGoals, formatScenario, type Result } from './report.ts'
import { GOALS, SCENARIOS, type Scenario } from './scenarios.ts'
import { type Command, findSides, PARTYLINE } from './servers.ts'

const HELP = `node --conditions=partyline-source bench/chat/run.ts [--rounds N] [--only a,b] [--server COMMAND] [--folder DIR] [--json]

  --rounds N        rounds of each server, 1 to 100; default 5
  --only a,b        only these scenarios
  --server COMMAND  instead of this checkout's: a command line with blanks between its words, like "partyline serve"
  --folder DIR      where the servers keep their history meanwhile: on a disk; default ${tmpdir()}
  --json            one line of JSON for each scenario, with every round

${SCENARIOS.map(({ id, title }) => `  ${id.padEnd(8)}  ${title}`).join('\n')}
`
/** What statfs(2) says of a file system in memory. */
const TMPFS = 0x01021994

interface Settings {
  readonly rounds: number
  readonly scenarios: readonly Scenario[]
  readonly server: Command
  readonly folder: string
  readonly json: boolean
}

async function main(): Promise<void> {
  const settings = readFlags()
  if (settings === undefined) {
    process.stdout.write(HELP)
    return
  }
  const { rounds, scenarios, server, folder, json } = settings
  if (process.platform !== 'linux') throw new RangeError('this needs Linux: it reads /proc')
  for (const { id, people } of scenarios) checkOpenFiles(`scenario ${id}`, people)
  const bench = { sides: findSides(server), cores: chooseCores(), folder }
  console.error(`${describeMachine(bench.cores)}; ${rounds} rounds`)
  for (const name of ['normal', 'full'] as const)
    if (bench.sides[name] === undefined)
      console.error(`left out: this server keeps no history ${name.toUpperCase()}`)
  if (bench.sides.full !== undefined && statfsSync(folder).type === TMPFS)
    console.error(`${folder} is in memory, where history costs less than on a disk: --folder names another`)
  const results: Result[] = []
  for (const scenario of scenarios) {
    const result = { scenario, rounds: await compare(scenario, rounds, bench) }
    results.push(result)
    console.log(
      json ? JSON.stringify({ scenario: scenario.id, rounds: result.rounds }) : `${formatScenario(result)}\n`,
    )
  }
  if (!json) console.log(formatGoals(GOALS, results))
}

/** Undefined for --help. */
function readFlags(): Settings | undefined {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      server: { type: 'string' },
      folder: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const rounds = roundsOf('--rounds', values.rounds, 100)
  const scenarios = chosen(SCENARIOS, values.only)
  const [program, ...args] = (values.server ?? '').split(' ').filter((word) => word !== '')
  const server: Command = program === undefined ? PARTYLINE : [program, ...args]
  return { rounds, scenarios, server, folder: values.folder, json: values.json }
}

runMain(main)
