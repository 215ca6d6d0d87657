/** How the text of one flag becomes its value, by the flag's type, and what is said about a wrong one. */
import { didYouMean } from '@partyline/protocols'
import { CommandError } from './failure.ts'
import type { Flag } from './flags.ts'

/** The longest value of a `text` flag that names no other limit, in characters. */
const MAX_TEXT = 200
/** The longest path, in characters (PATH_MAX of Linux). */
const MAX_PATH = 4096
/** The longest time: what a timer of Node.js can be set to, in seconds. */
const MAX_SECONDS = 2_147_483
/** The largest integer of a flag that names no other limit. */
const MAX_INTEGER = 2 ** 31 - 1

/** A list for `hosts` and `texts`, text for `text` and `path`; see the flag types. */
export type Value = readonly string[] | number | string | boolean | WireValue | undefined

/** A `wire` that was given, and the file after it if there was one. */
export interface WireValue {
  readonly file: string | undefined
}

export function isWire(value: Value): value is WireValue {
  return typeof value === 'object' && 'file' in value
}

/** One value as it was typed, and how to quote it in a sentence, like `--text-port abc`. */
export interface Given {
  readonly raw: string
  readonly quoted: string
}

/** The last of several wins, as everywhere on a command line; hosts add up. */
export function readFlag(flag: Flag, given: readonly Given[]): Value {
  if (flag.type === 'hosts') return [...new Set(given.flatMap(readHosts))]
  if (flag.type === 'texts') return given.map((one) => readText(one, flag))
  const last = given.at(-1)
  if (last === undefined) return undefined
  switch (flag.type) {
    case 'port':
      return readPort(last)
    case 'text':
      return readText(last, flag)
    case 'path':
      return readPath(last)
    case 'wire':
      return { file: last.raw === 'on' ? undefined : readPath(last) }
    case 'seconds':
      return readSeconds(last, flag)
    case 'integer':
      return readInteger(last, flag)
    case 'one-of':
      return readOneOf(last, flag)
    case 'on-off':
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

function readText({ raw, quoted }: Given, { most = MAX_TEXT }: Flag): string {
  const text = raw.trim()
  if (text === '') throw new CommandError(2, `${quoted} is empty.`)
  if (/\p{Cc}/u.test(text))
    throw new CommandError(2, `${quoted} has a line break or a control character in it.`)
  if (text.length > most) {
    throw new CommandError(2, `${quoted.slice(0, 60)}... is too long: at most ${most} characters.`)
  }
  return text
}

function readPath({ raw, quoted }: Given): string {
  if (raw === '') throw new CommandError(2, `${quoted} is empty.`)
  if (raw.includes('\0') || raw.length > MAX_PATH) {
    throw new CommandError(2, `${quoted.slice(0, 60)}... is no path: too long, or with a NUL in it.`)
  }
  return raw
}

function readSeconds({ raw, quoted }: Given, { least = 0 }: Flag): number {
  const seconds = /^(?:\d{1,7}(?:\.\d{0,6})?|\.\d{1,6})$/.test(raw) ? Number(raw) : Number.NaN
  if (seconds >= least && seconds <= MAX_SECONDS) return seconds
  throw new CommandError(2, `${quoted} is not a number of seconds from ${least} to ${MAX_SECONDS}.`)
}

function readInteger({ raw, quoted }: Given, { least = 0, most = MAX_INTEGER }: Flag): number {
  const integer = /^\d{1,16}$/.test(raw) ? Number(raw) : Number.NaN
  if (integer >= least && integer <= most) return integer
  throw new CommandError(2, `${quoted} is not a whole number from ${least} to ${most}.`)
}

function readOneOf({ raw, quoted }: Given, { choices = [] }: Flag): string {
  if (choices.includes(raw)) return raw
  const meant = didYouMean(raw.toLowerCase(), choices)
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  throw new CommandError(2, `${quoted.slice(0, 200)} is none of ${choices.join(', ')}.${hint}`)
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
