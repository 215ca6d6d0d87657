/**
 * The flags of a command as a table, and how a command line and the environment become typed values by it. The
 * same table makes `--help` and docs/cli.md. What is given on the command line wins over the environment, and
 * that over a file where the command reads one, and that over the default.
 */
import { parseArgs } from 'node:util'
import { didYouMean } from '@partyline/protocols'
import { CommandError } from './failure.ts'
import { type Given, isWire, readFlag, type Value } from './flag-values.ts'
import type { Environment } from './io.ts'

export interface Flag {
  /** Without the dashes. */
  readonly name: string
  /** One letter or digit that means the same: `u` for `-u`. Letters go together (`-lk`), as do values (`-w3`). */
  readonly short?: string | undefined
  /**
   * `hosts` may be given several times or with commas; `port` is 0 to 65535; `text` is one line that is not
   * empty, `texts` any number of them, one for each time; `path` is a file or `-`; `seconds` may have a
   * fraction; `integer` is a whole number; `one-of` is one of `choices`; `on-off` says so in a word; `switch` takes
   * no value and is off unless given; `wire` is a switch that a file may follow, as in `--wire=FILE`; `choice` is
   * `--NAME` or `--no-NAME`, and undefined when neither is given.
   */
  readonly type:
    | 'hosts'
    | 'port'
    | 'text'
    | 'texts'
    | 'path'
    | 'seconds'
    | 'integer'
    | 'one-of'
    | 'on-off'
    | 'switch'
    | 'wire'
    | 'choice'
  /** What stands for the value in the help, like `PORT`. */
  readonly placeholder?: string | undefined
  /** As a person would type it; undefined when there is none. */
  readonly default?: string | undefined
  /** Other names that mean the same. */
  readonly aliases?: readonly string[] | undefined
  /** The variable with the same meaning; undefined when there is none. Set but empty counts as not set. */
  readonly environment?: string | undefined
  /** What a `one-of` may be. */
  readonly choices?: readonly string[] | undefined
  /** The smallest value of `integer` (default 0) and `seconds` (default 0). */
  readonly least?: number | undefined
  /** The largest value of `integer`; of `text` and `texts` the most characters (default 200). */
  readonly most?: number | undefined
  readonly help: string
}

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
  const shorts = new Map(flags.map((flag) => [flag.short, flag.name]))
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
    const { rawName } = token
    const name = rawName.startsWith('--') ? token.name : shorts.get(rawName.slice(1))
    const spelling = known.get(name ?? '')
    if (spelling === undefined) throw unknownFlag(rawName, known)
    const raw = rawValue(spelling, rawName, token.value, token.inlineValue)
    given.set(spelling.flag, [...(given.get(spelling.flag) ?? []), raw])
  }
  return { values: new FlagValues(readValues(flags, given, env)), words, help: false }
}

/** Where a value came from. */
export type Origin = 'flag' | 'environment' | 'file' | 'default'

/** The typed values. Asking for a flag that the table does not have, or as another type, is a bug and throws. */
export class FlagValues {
  readonly #values: ReadonlyMap<string, Setting>

  constructor(values: ReadonlyMap<string, Setting>) {
    this.#values = values
  }

  hosts(name: string): readonly string[] {
    const { value } = this.#get(name)
    if (!Array.isArray(value)) throw new TypeError(`--${name} is not a list of hosts`)
    return value
  }

  /** Throws for one without a default that was not given: `isGiven` tells. */
  port(name: string): number {
    const port = this.#number(name)
    if (port === undefined) throw new TypeError(`--${name} was not given and has no default`)
    return port
  }

  /** For `text`, `path` and `one-of`. Undefined when it has no default and was not given. */
  text(name: string): string | undefined {
    const { value } = this.#get(name)
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`--${name} is not a text`)
    return value
  }

  /** For `texts`: none when it was not given. */
  texts(name: string): readonly string[] {
    return this.hosts(name)
  }

  /** For a `path`, and for the file of a `wire`: undefined when there is none. */
  path(name: string): string | undefined {
    const { value } = this.#get(name)
    return isWire(value) ? value.file : this.text(name)
  }

  /** For `seconds`: in milliseconds. Undefined when it has no default and was not given. */
  milliseconds(name: string): number | undefined {
    const seconds = this.#number(name)
    return seconds === undefined ? undefined : Math.round(seconds * 1000)
  }

  /** For an `integer`. Undefined when it has no default and was not given. */
  integer(name: string): number | undefined {
    return this.#number(name)
  }

  /** For a `switch`, an `on-off` and a `wire`. */
  isOn(name: string): boolean {
    return this.choice(name) ?? false
  }

  /** For a `choice`: undefined when nobody chose. */
  choice(name: string): boolean | undefined {
    const { value } = this.#get(name)
    if (isWire(value)) return true
    if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`--${name} is not a switch`)
    return value
  }

  /** True when the command has such a flag at all. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** True when the person gave it, in whatever way; false when it is the default. */
  isGiven(name: string): boolean {
    return this.origin(name) !== 'default'
  }

  /** Where the value came from. */
  origin(name: string): Origin {
    return this.#get(name).origin
  }

  /**
   * The same, with what a file says wherever neither the command line nor the environment says anything. Throws a
   * CommandError for a value in it that is not allowed, even where it is not used. What the
   * command has no flag for is passed over.
   */
  withFile(file: ReadonlyMap<Flag, readonly Given[]>): FlagValues {
    const values = new Map(this.#values)
    for (const [flag, given] of file) {
      const value = readFlag(flag, given)
      if (this.has(flag.name) && !this.isGiven(flag.name)) values.set(flag.name, { value, origin: 'file' })
    }
    return new FlagValues(values)
  }

  #number(name: string): number | undefined {
    const { value } = this.#get(name)
    if (value !== undefined && typeof value !== 'number') throw new TypeError(`--${name} is not a number`)
    return value
  }

  #get(name: string): Setting {
    const value = this.#values.get(name)
    if (value === undefined) throw new TypeError(`there is no flag --${name}`)
    return value
  }
}

interface Setting {
  readonly value: Value
  readonly origin: Origin
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
  for (const [name, { flag }] of known) {
    const short = name === flag.name && flag.short !== undefined ? { short: flag.short } : {}
    options[name] = { type: takesValue(flag) ? 'string' : 'boolean', ...short }
  }
  return options
}

function takesValue({ type }: Flag): boolean {
  return type !== 'switch' && type !== 'choice' && type !== 'wire'
}

function rawValue(
  { flag, means }: Spelling,
  rawName: string,
  value: string | undefined,
  inline: boolean | undefined,
): Given {
  if (flag.type === 'wire' && value !== undefined) return { raw: value, quoted: `${rawName}=${value}` }
  if (!takesValue(flag)) {
    if (value !== undefined) throw new CommandError(2, `${rawName} takes no value.`)
    return { raw: means, quoted: rawName }
  }
  // `--name --no-console` is a forgotten value; a value that begins with a dash is written --name=-x.
  if (value === undefined || (inline !== true && value.startsWith('-') && value !== '-')) {
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
): Map<string, Setting> {
  const values = new Map<string, Setting>()
  for (const flag of flags) {
    const [typed, set] = [given.get(flag), fromEnvironment(flag, env)]
    const preset = flag.default === undefined ? [] : [{ raw: flag.default, quoted: flag.default }]
    const origin = typed !== undefined ? 'flag' : set !== undefined ? 'environment' : 'default'
    values.set(flag.name, { value: readFlag(flag, typed ?? set ?? preset), origin })
  }
  return values
}

function fromEnvironment(flag: Flag, env: Environment): readonly Given[] | undefined {
  const raw = flag.environment === undefined ? undefined : env[flag.environment]
  if (raw === undefined || raw === '') return undefined
  return [{ raw, quoted: `${flag.environment}=${raw}` }]
}
