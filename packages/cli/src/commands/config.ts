/** `partyline config`: what each setting of the chat server is, and where that came from. */
import { SETTINGS, type Setting } from '@partyline/chat'
import { printable } from '@partyline/protocols'
import type { Command } from '../commands.ts'
import type { FlagValues, Origin } from '../flags.ts'
import { jsonLine } from '../report.ts'
import { readSettings, SETTING_FLAGS, type Settings, serverConfig } from '../settings.ts'

export const config: Command = {
  words: '',
  maxWords: 0,
  about: [
    'Prints every setting of the chat server as `partyline serve` with the same flags would take it, and where it',
    'came from: a flag, the environment, a line of the file, or the default. Starts nothing and changes nothing.',
    'A wrong setting is answered as serve answers it, with exit code 2.',
  ],
  flags: [
    ...SETTING_FLAGS,
    {
      name: 'json',
      type: 'switch',
      help: 'an object for each setting: setting, value, from, and file and line',
    },
  ],
  json: 'result',
  examples: [
    ['partyline config', 'what partyline serve would do'],
    ['partyline config --config /etc/partyline.toml --json', 'the same of a certain file, for programs'],
  ],
  async run(given, _words, io) {
    const settings = await readSettings(given)
    serverConfig(settings.values) // refuses what serve would refuse
    const rows = SETTINGS.map((setting) => rowOf(setting, settings))
    io.stdout.write(given.isOn('json') ? objects(rows) : table(rows))
    return 0
  },
}

type Value = readonly string[] | number | string | boolean | null

interface Row {
  readonly setting: string
  /** Null: none, what it is about is off. */
  readonly value: Value
  readonly from: Origin
  /** For a value out of a file: which, and where in it. */
  readonly place: { readonly file: string; readonly line: number } | undefined
}

function rowOf({ name, type }: Setting, { values, file, path }: Settings): Row {
  const from = values.origin(name)
  const line = file.get(name)?.line
  const isOut = from === 'file' && path !== undefined && line !== undefined
  return {
    setting: name,
    value: READERS[type](values, name) ?? null,
    from,
    place: isOut ? { file: path, line } : undefined,
  }
}

const text = (values: FlagValues, name: string): Value | undefined => values.text(name)
const number = (values: FlagValues, name: string): Value | undefined => values.integer(name)
const isOn = (values: FlagValues, name: string): Value => values.isOn(name)

const READERS: Readonly<Record<Setting['type'], (values: FlagValues, name: string) => Value | undefined>> = {
  hosts: (values, name) => values.hosts(name),
  port: number,
  integer: number,
  text,
  path: text,
  'one-of': text,
  'on-off': isOn,
  switch: isOn,
}

function objects(rows: readonly Row[]): string {
  return rows.map(({ place, ...row }) => `${jsonLine({ ...row, ...place })}\n`).join('')
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ setting, value, from, place }) => [
    setting,
    shown(value),
    place === undefined ? from : `${place.file}:${place.line}`,
  ])
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) => row.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

function shown(value: Value): string {
  if (value === null) return '-'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return Array.isArray(value) ? value.join(',') : String(value)
}
