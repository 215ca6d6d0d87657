/**
 * The benchmark of @partyline/sockets against node:net, node:dgram and node:readline: what an operation costs in
 * CPU time (the operating system's accounting of the measured process alone), as ratios. README.md, one folder
 * up, says how to read them.
 */
import { parseArgs } from 'node:util'
import { chosen, roundsOf, runMain } from '../command-line.ts'
import { checkOpenFiles, chooseCores, describeMachine } from '../machine.ts'
import { compare } from './compare.ts'
import { formatResult, HEADING, summarize } from './report.ts'
import { operationsIn, SCENARIOS, type Scenario } from './scenarios.ts'

const HELP = `node --conditions=partyline-source bench/echo/run.ts [--pairs N] [--only a,b] [--json]

  --pairs N   rounds of each side, 1 to 100; default 7
  --only a,b  only these scenarios
  --json      one line of JSON for each scenario, with every pair

${SCENARIOS.map(({ id, title }) => `  ${id}  ${title}`).join('\n')}
`

interface Settings {
  readonly pairs: number
  readonly scenarios: readonly Scenario[]
  readonly json: boolean
}

async function main(): Promise<void> {
  const settings = readFlags()
  if (settings === undefined) {
    process.stdout.write(HELP)
    return
  }
  settings.scenarios.forEach(checkDescriptors)
  const cores = chooseCores()
  if (!settings.json) console.log(`${describeMachine(cores)}; ${settings.pairs} pairs\n\n${HEADING}`)
  for (const scenario of settings.scenarios) {
    const pairs = await compare(scenario, settings.pairs, cores)
    const result = summarize(scenario, pairs)
    console.log(settings.json ? JSON.stringify({ ...result, pairs }) : formatResult(result))
  }
}

/** Undefined for --help. */
function readFlags(): Settings | undefined {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '7' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const pairs = roundsOf('--pairs', values.pairs, 100)
  return { pairs, scenarios: chosen(SCENARIOS, values.only), json: values.json }
}

function checkDescriptors({ id, load, warmUp, work }: Scenario): void {
  const atOnce = load === 'hold' ? operationsIn(warmUp) + operationsIn(work) : work.lanes
  checkOpenFiles(`scenario ${id}`, atOnce)
}

runMain(main)
