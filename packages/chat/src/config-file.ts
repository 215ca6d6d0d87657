/**
 * `partyline.toml`: the settings in a file. What it says is handed on as a person would have typed it, so that a
 * value is checked in one place, wherever it came from; here only the keys and the kinds of values are.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { didYouMean } from '@partyline/protocols'
import { KEEP_NOTHING, SETTINGS, type Setting } from './config.ts'

/** What a file may be at the most, in bytes. */
export const MAX_CONFIG_FILE = 65_536

/** One setting out of a file. */
export interface FileSetting {
  /** As a person would type it: one for each element of a list. */
  readonly texts: readonly string[]
  /** For a sentence about it: `partyline.toml:3: text-port = 5000`. */
  readonly quoted: string
  /** Where it stands, from 1; 0 when that cannot be told: its key is written with escapes. */
  readonly line: number
}

/** What is wrong with a file, in words that begin with the file and the line. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError'
}

/**
 * Reads a file; undefined when there is none. Throws a ConfigFileError for one that is wrong or cannot be read, and for
 * what is no regular file: opening a named pipe would wait for somebody to write, perhaps for ever.
 */
export async function readConfigFile(path: string): Promise<ReadonlyMap<string, FileSetting> | undefined> {
  let bytes: Buffer
  try {
    const found = await stat(path)
    if (!found.isFile() && !found.isDirectory()) {
      throw new ConfigFileError(`cannot read ${path}: it is no regular file.`)
    }
    // Not all of it: what looks like a file may have no end.
    bytes = Buffer.concat(await createReadStream(path, { end: MAX_CONFIG_FILE }).toArray())
  } catch (error) {
    if (error instanceof ConfigFileError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'ENOENT') return undefined
    throw new ConfigFileError(`cannot read ${path}: ${REASONS.get(code) ?? code}.`, { cause: error })
  }
  if (bytes.length > MAX_CONFIG_FILE) {
    throw new ConfigFileError(`${path} is too long: at most ${MAX_CONFIG_FILE / 1024} KiB.`)
  }
  return parseConfigFile(decode(bytes, path), path)
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'not permitted'],
  ['EISDIR', 'it is a folder'],
])

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new ConfigFileError(`${path} is not UTF-8.`, { cause })
  }
}

/**
 * Reads the text of a file; `path` is for the sentences, and a folder in the file is meant from there. Throws a
 * ConfigFileError for what is no TOML, for a key that is no setting, and for a value of the wrong kind.
 */
export async function parseConfigFile(text: string, path: string): Promise<ReadonlyMap<string, FileSetting>> {
  const { parse, TomlError } = await import('smol-toml') // most servers have no file
  let table: Record<string, unknown>
  try {
    table = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [sentence = ''] = error.message.split('\n')
    const what = sentence.replace('Invalid TOML document: ', '')
    throw new ConfigFileError(`${path}:${error.line}: this is no TOML: ${what}.`, { cause: error })
  }
  const settings = new Map<string, FileSetting>()
  for (const [key, value] of Object.entries(table)) {
    const line = lineOf(key, text)
    const setting = SETTINGS.find(({ name }) => name === key)
    const where = line === 0 ? path : `${path}:${line}`
    if (setting === undefined) throw unknownKey(key, value, where)
    const quoted = `${where}: ${key} = ${shown(value)}`
    settings.set(key, { texts: textsOf(setting, value, quoted, path), quoted, line })
  }
  return settings
}

// The parser does not tell where a key stood. A line inside of a text of several lines may look like it: then the
// sentence names the wrong line, and nothing else is wrong.
function lineOf(key: string, text: string): number {
  return text.split('\n').findIndex((line) => BEGINS.exec(line)?.slice(1).includes(key) === true) + 1
}

/** A key, or a section's name, as a line begins with it: bare or in quotes (TOML 1.0, "Keys"). */
const BEGINS = /^\s*(?:\[\[?\s*)?(?:([\w-]+)|"([^"]*)"|'([^']*)')\s*[=.\]]/

function unknownKey(key: string, value: unknown, where: string): ConfigFileError {
  const names = SETTINGS.map(({ name }) => name)
  const meant = didYouMean(key.replaceAll('_', '-'), names)
  const isSection = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null
  let hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  if (isSection) hint = ' The settings stand in no section.'
  return new ConfigFileError(`${where}: there is no setting "${key}".${hint}`)
}

function textsOf({ name, type }: Setting, value: unknown, quoted: string, path: string): readonly string[] {
  if (type === 'hosts' && Array.isArray(value) && value.length > 0 && value.every(isText)) return value
  if (type === 'path' && isText(value)) return [fromFolderOf(path, value)]
  if (typeof value === 'boolean' && ALLOWED[type].booleans === true) return [value ? 'on' : 'off']
  if (typeof value === ALLOWED[type].kind) return [String(value)]
  throw new ConfigFileError(`${quoted} is ${kindOf(value)}; ${name} takes ${ALLOWED[type].words}.`)
}

function fromFolderOf(file: string, path: string): string {
  return path === '' || path === KEEP_NOTHING || isAbsolute(path) ? path : join(dirname(file), path)
}

interface Allowed {
  readonly kind?: 'string' | 'number'
  readonly booleans?: true
  readonly words: string
}

const ALLOWED: Readonly<Record<Setting['type'], Allowed>> = {
  hosts: { kind: 'string', words: 'an address in quotes, or a list of them' },
  port: { kind: 'number', words: 'a number from 0 to 65535' },
  text: { kind: 'string', words: 'a text in quotes' },
  path: { kind: 'string', words: 'a path in quotes' },
  integer: { kind: 'number', words: 'a whole number' },
  'one-of': { kind: 'string', words: 'a word in quotes' },
  'on-off': { kind: 'string', booleans: true, words: 'true or false' },
  switch: { booleans: true, words: 'true or false' },
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'boolean') return 'true or false'
  return typeof value === 'number' ? 'a number' : 'a section'
}

/** Characters of a value that a sentence quotes. */
const MAX_SHOWN = 40

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text
}
