/**
 * Which command a command line means. Most name it; the others are what hands know from nc: `partyline HOST PORT`
 * connects, `partyline -l PORT` listens.
 */
import { didYouMean } from '@partyline/protocols'
import { type CommandEntry, DEFAULT_COMMAND } from './commands.ts'

export interface Dispatched {
  /** As it was typed; possibly no command. */
  readonly name: string
  readonly args: readonly string[]
}

// Letters that go together behind one dash. A value may be in it (`-p5000`), and has no letters.
const LISTENS = /^-[a-zA-Z46]*l[a-zA-Z46]*$/
const KEEPS_LISTENING = /^-[a-zA-Z46]*k[a-zA-Z46]*$/

/** Finds the name of the command and what is left for it. `argv` is not `--help` or `--version`. */
export function dispatch(argv: readonly string[], commands: readonly CommandEntry[]): Dispatched {
  const [first] = argv
  if (first === undefined || first.startsWith('--')) return { name: DEFAULT_COMMAND, args: argv }
  if (first.startsWith('-')) return likeNc(argv)
  const names = commands.map(({ name }) => name)
  if (!names.includes(first) && isDestination(argv) && didYouMean(first, names) === undefined) {
    return { name: 'connect', args: argv }
  }
  return { name: first, args: argv.slice(1) }
}

function likeNc(argv: readonly string[]): Dispatched {
  if (!argv.some((word) => LISTENS.test(word))) return { name: 'connect', args: argv }
  const once = argv.some((word) => KEEPS_LISTENING.test(word)) ? [] : ['--once']
  return { name: 'listen', args: [...once, ...argv] }
}

/** True for `HOST PORT`, `HOST:PORT` and an address alone, which only lacks its port. */
function isDestination([first = '', second = '']: readonly string[]): boolean {
  if (/^\d+(?:-\d+)?$/.test(second)) return true
  return (
    /^(?:\[.*\]|[^:]*):\w+$/.test(first) || /^(?:\[.*\]|.*:.*:.*|\d+\.\d+\.\d+\.\d+|localhost)$/.test(first)
  )
}
