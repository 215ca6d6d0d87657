/**
 * A server with a history of a million messages: how long it takes to start, to search, and what the talk notices
 * of it. README.md, one folder up, says how to read the tables that it prints.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { roundsOf, runMain } from '../command-line.ts'
import { buildHistory } from './build.ts'
import { measureSearches, measureStarts, measureTalks, type Place, type Talking } from './measure.ts'
import { formatGoals, formatRounds, formatSearches } from './report.ts'
import { kindsOf } from './searches.ts'
import type { HistorySize } from './texts.ts'

const SIZE: HistorySize = { messages: 1_000_000, rooms: 50, people: 2000 }
/** 100,000 deliveries a second, and as much as a large group says when it is lively. */
const TALKING: Talking = {
  people: 300,
  warmUp: { senders: 10, messages: 1000, perSecond: 330 },
  talks: [
    { senders: 10, messages: 3300, perSecond: 330 },
    { senders: 10, messages: 500, perSecond: 50 },
  ],
}
const STARTS = 7
/** How often each search is made. */
const EACH = 5

const HELP = `node --conditions=partyline-source bench/history/run.ts [--rounds N] [--folder DIR] [--keep FILE]

  --rounds N    talks in quiet, beside a stranger and while others search, 1 to 50; default 6; each takes a minute
  --folder DIR  where everything is kept meanwhile, a gigabyte: on a disk; default ${tmpdir()}
  --keep FILE   where the history is kept for the next time; it is built when it is not there
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '6' },
      folder: { type: 'string', default: tmpdir() },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const rounds = roundsOf('--rounds', values.rounds, 50)
  const under = mkdtempSync(join(values.folder, 'partyline-history-'))
  try {
    await measureAll(under, values.keep, rounds)
  } finally {
    rmSync(under, { recursive: true, force: true })
  }
}

async function measureAll(under: string, keep: string | undefined, rounds: number): Promise<void> {
  const place: Place = { data: join(under, 'data'), under }
  mkdirSync(place.data, { mode: 0o700 })
  const file = join(place.data, 'history.db')
  await haveHistory(file, keep)
  console.error(`${(statSync(file).size / 1e6).toFixed(0)} MB for ${SIZE.messages} messages`)
  const kinds = kindsOf(Date.now())
  const starts = await measureStarts(place, STARTS)
  const searches = await measureSearches(place, kinds, EACH)
  console.log(`${formatSearches(searches)}\n`)
  const words = kinds.flatMap((kind) => kind.searches)
  const talks = await measureTalks(place, words, TALKING, rounds)
  console.log(`${formatRounds(talks)}\n\n${formatGoals({ starts, searches, rounds: talks })}`)
}

async function haveHistory(file: string, keep: string | undefined): Promise<void> {
  if (keep !== undefined && existsSync(keep)) return await copyFile(keep, file)
  const began = performance.now()
  await buildHistory(file, SIZE, Date.now())
  console.error(`built in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  if (keep !== undefined) await copyFile(file, keep)
}

runMain(main)
