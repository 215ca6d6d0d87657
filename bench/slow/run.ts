/**
 * Five of 500 people stop reading for ever: what the others notice of it, and what it costs. README.md, one folder
 * up, says how to read the tables that it prints. Linux only: it reads /proc.
 */
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { roundsOf, runMain } from '../command-line.ts'
import { checkOpenFiles, chooseCores, describeMachine } from '../machine.ts'
import { compare, PLAN } from './compare.ts'
import { formatGoals, formatRounds } from './report.ts'

const HELP = `node --conditions=partyline-source bench/slow/run.ts [--pairs N] [--folder DIR]

  --pairs N     rounds with and without them, 1 to 20; default 3; each takes two minutes
  --folder DIR  where the servers keep their history meanwhile; default ${tmpdir()}
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '3' },
      folder: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const pairs = roundsOf('--pairs', values.pairs, 20)
  if (process.platform !== 'linux') throw new RangeError('this needs Linux: it reads /proc')
  checkOpenFiles('this', PLAN.readers + PLAN.sleepers)
  const cores = chooseCores()
  console.error(`${describeMachine(cores)}; ${pairs} pairs`)
  const results = await compare(PLAN, pairs, { cores, folder: values.folder })
  const [first] = results
  if (first !== undefined)
    console.error(`${(first.with.heard.offered / 1e6).toFixed(1)} MB were for each person`)
  console.log(`${formatRounds(results)}\n\n${formatGoals(PLAN, results)}`)
  for (const { with: withThem } of results) for (const reason of withThem.reasons) console.error(reason)
}

runMain(main)
