/**
 * The flags of a command as a table, and how a command line and the environment become typed values by it. The
 * same table makes `--help` and docs/cli.md. What is given on the command line wins over the environment, and
 * that over the default.
 */
import { parseArgs } from 'node:util'
import { didYouMean } from '@partyline/protocols'
import { CommandError } from './failure.ts'
import type { Environment } from './io.ts'

export interface Flag {
  /** Without the dashes. */
  readonly name: string
  /**
   * `hosts` may be given several times or with commas; `port` is 0 to 65535; `text` is one line that is not
   * empty; `switch` takes no value and is off unless given; `choice` is `--NAME` or `--no-NAME`, and undefined
   * when neither is given.
   */
  readonly type: 'hosts' | 'port' | 'text' | 'switch' | 'choice'
  /** What stands for the value in the help, like `PORT`. */
  readonly placeholder?: string | undefined
  /** As a person would type it; undefined when there is none. */
  readonly default?: string | undefined
  /** Other names that mean the same. */
  readonly aliases?: readonly string[] | undefined
  /** The variable with the same meaning; undefined when there is none. Set but empty counts as not set. */
  readonly environment?: string | undefined
  readonly help: string
}

/** The longest value of a `text` flag, in characters. */
const MAX_TEXT = 200

/** The environment twin of a flag: `PARTYLINE_TEXT_PORT` for `text-port`. */
export function environmentName(flag: string): string {
  return `PARTYLINE_${flag.toUpperCase().replaceAll('-', '_')}`
}

/** What a command line says: the flags' values, the other words, and whether help was asked for. */
export interface CommandLine {
  readonly values: FlagValues
  readonly words: readonly string[]
  readonly help: boolean
}

/**
 * Reads a command line by the table. Throws a CommandError with exit code 2 for an unknown flag and for a value
 * that is not allowed, wherever it came from; with `--help` on the line nothing else is looked at.
 */
export function parseCommandLine(
  flags: readonly Flag[],
  args: readonly string[],
  env: Environment,
): CommandLine {
  const known = spellings(flags)
  const { tokens } = parseArgs({
    args: [...args],
    options: parseOptions(known),
    strict: false, // we say ourselves what is wrong, with a suggestion
    allowPositionals: true,
    tokens: true,
  })
  const words: string[] = []
  const given = new Map<Flag, Given[]>()
  const options = tokens.filter((token) => token.kind === 'option')
  if (options.some(({ name }) => name === 'help')) {
    return { values: new FlagValues(new Map()), words, help: true }
  }
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const spelling = known.get(token.name)
    if (spelling === undefined || !token.rawName.startsWith('--')) throw unknownFlag(token.rawName, known)
    const raw = rawValue(spelling, token.rawName, token.value, token.inlineValue)
    given.set(spelling.flag, [...(given.get(spelling.flag) ?? []), raw])
  }
  return { values: new FlagValues(readValues(flags, given, env)), words, help: false }
}

/** The typed values. Asking for a flag that the table does not have, or as another type, is a bug and throws. */
export class FlagValues {
  readonly #values: ReadonlyMap<string, Value>

  constructor(values: ReadonlyMap<string, Value>) {
    this.#values = values
  }

  hosts(name: string): readonly string[] {
    const { value } = this.#get(name)
    if (!Array.isArray(value)) throw new TypeError(`--${name} is not a list of hosts`)
    return value
  }

  port(name: string): number {
    const { value } = this.#get(name)
    if (typeof value !== 'number') throw new TypeError(`--${name} is not a port`)
    return value
  }

  /** Undefined when it has no default and was not given. */
  text(name: string): string | undefined {
    const { value } = this.#get(name)
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`--${name} is not a text`)
    return value
  }

  /** For a `switch`. */
  isOn(name: string): boolean {
    return this.choice(name) ?? false
  }

  /** For a `choice`: undefined when nobody chose. */
  choice(name: string): boolean | undefined {
    const { value } = this.#get(name)
    if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`--${name} is not a switch`)
    return value
  }

  /** True when the person gave it, as a flag or in the environment; false when it is the default. */
  isGiven(name: string): boolean {
    return this.#get(name).given
  }

  #get(name: string): Value {
    const value = this.#values.get(name)
    if (value === undefined) throw new TypeError(`there is no flag --${name}`)
    return value
  }
}

interface Value {
  readonly value: readonly string[] | number | string | boolean | undefined
  readonly given: boolean
}

/** One value as it was typed, and how to quote it in a sentence, like `--text-port abc`. */
interface Given {
  readonly raw: string
  readonly quoted: string
}

/** One way to write a flag: `port` for `text-port`, `no-color` for `color` switched off. */
interface Spelling {
  readonly flag: Flag
  /** For flags without a value: what writing them means. */
  readonly means: 'on' | 'off'
}

function spellings(flags: readonly Flag[]): Map<string, Spelling> {
  const known = new Map<string, Spelling>()
  for (const flag of flags) {
    for (const name of [flag.name, ...(flag.aliases ?? [])]) known.set(name, { flag, means: 'on' })
    if (flag.type === 'choice') known.set(`no-${flag.name}`, { flag, means: 'off' })
  }
  return known
}

function parseOptions(
  known: ReadonlyMap<string, Spelling>,
): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  }
  for (const [name, { flag }] of known) options[name] = { type: takesValue(flag) ? 'string' : 'boolean' }
  return options
}

function takesValue(flag: Flag): boolean {
  return flag.type !== 'switch' && flag.type !== 'choice'
}

function rawValue(
  { flag, means }: Spelling,
  rawName: string,
  value: string | undefined,
  inline: boolean | undefined,
): Given {
  if (!takesValue(flag)) {
    if (value !== undefined) throw new CommandError(2, `${rawName} takes no value.`)
    return { raw: means, quoted: rawName }
  }
  // `--name --no-console` is a forgotten value; a value that begins with a dash is written --name=-x.
  if (value === undefined || (inline !== true && value.startsWith('-'))) {
    throw new CommandError(2, `${rawName} needs a value: ${rawName} ${flag.placeholder ?? 'VALUE'}`)
  }
  return { raw: value, quoted: value === '' ? `${rawName} ""` : `${rawName} ${value}` }
}

function unknownFlag(rawName: string, known: ReadonlyMap<string, Spelling>): CommandError {
  const names = [...known.keys(), 'help']
  const meant = didYouMean(rawName.replace(/^-+/, ''), names)
  return new CommandError(
    2,
    `unknown flag ${rawName}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`,
  )
}

function readValues(
  flags: readonly Flag[],
  given: ReadonlyMap<Flag, readonly Given[]>,
  env: Environment,
): Map<string, Value> {
  const values = new Map<string, Value>()
  for (const flag of flags) {
    const fromPerson = given.get(flag) ?? fromEnvironment(flag, env)
    const preset = flag.default === undefined ? [] : [{ raw: flag.default, quoted: flag.default }]
    values.set(flag.name, { value: read(flag, fromPerson ?? preset), given: fromPerson !== undefined })
  }
  return values
}

function fromEnvironment(flag: Flag, env: Environment): readonly Given[] | undefined {
  const raw = flag.environment === undefined ? undefined : env[flag.environment]
  if (raw === undefined || raw === '') return undefined
  return [{ raw, quoted: `${flag.environment}=${raw}` }]
}

/** The last of several wins, as everywhere on a command line; hosts add up. */
function read(flag: Flag, given: readonly Given[]): Value['value'] {
  if (flag.type === 'hosts') return [...new Set(given.flatMap(readHosts))]
  const last = given.at(-1)
  if (last === undefined) return undefined
  switch (flag.type) {
    case 'port':
      return readPort(last)
    case 'text':
      return readText(last)
    case 'switch':
    case 'choice':
      return readSwitch(last)
  }
}

function readHosts({ raw, quoted }: Given): string[] {
  return raw.split(',').map((part) => {
    const host = part.trim().replace(/^\[(.*)\]$/, '$1')
    if (host === '') {
      throw new CommandError(2, `${quoted} has an empty address. ${HOSTS_ALLOWED}`)
    }
    if (/[\s/[\]]/.test(host) || /^[^:]*:\d*$/.test(host)) {
      throw new CommandError(2, `${quoted} is not an address. ${HOSTS_ALLOWED}`)
    }
    return host
  })
}

const HOSTS_ALLOWED =
  'Give addresses of this machine without a port, like 127.0.0.1,::1, or 0.0.0.0 for all of them.'

function readPort({ raw, quoted }: Given): number {
  const port = portNumber(raw)
  if (port !== undefined) return port
  throw new CommandError(2, `${quoted} is not a port. Ports go from 1 to 65535; 0 picks a free one.`)
}

/** 0 to 65535 in decimal digits, or undefined for anything else. */
export function portNumber(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? port : undefined
}

function readText({ raw, quoted }: Given): string {
  const text = raw.trim()
  if (text === '') throw new CommandError(2, `${quoted} is empty.`)
  if (/\p{Cc}/u.test(text))
    throw new CommandError(2, `${quoted} has a line break or a control character in it.`)
  if (text.length > MAX_TEXT) {
    throw new CommandError(2, `${quoted.slice(0, 60)}... is too long: at most ${MAX_TEXT} characters.`)
  }
  return text
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['on', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['off', false],
  ['no', false],
])

function readSwitch({ raw, quoted }: Given): boolean {
  const isOn = SWITCH_WORDS.get(raw.toLowerCase())
  if (isOn !== undefined) return isOn
  throw new CommandError(
    2,
    `${quoted} is neither on nor off. Say 1, true, on or yes, or else 0, false, off or no.`,
  )
}
