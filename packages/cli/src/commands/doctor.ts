/** `partyline doctor`: whether everything that the chat server needs is in order, and what to do where not. */
import { openFilesLimit } from '@partyline/chat'
import { printable } from '@partyline/protocols'
import type { Command } from '../commands.ts'
import type { FlagValues } from '../flags.ts'
import { type Finding, folderHealth } from '../history/health.ts'
import { dataFolderOf } from '../history/history-file.ts'
import { openFilesFinding, portFinding } from '../history/reach.ts'
import { Report } from '../report.ts'
import { readSettings, SETTING_FLAGS } from '../settings.ts'
import { JSON_FLAG } from '../socket-flags.ts'

const ASKED = ['data', 'config', 'host', 'text-port', 'web-port', 'max-connections']

/** Where the status door listens. */
const LOOPBACK = ['127.0.0.1', '::1']

export const doctor: Command = {
  words: '',
  maxWords: 0,
  about: [
    'Looks at everything that the server needs and says of each thing ok or FAIL, and what to do then: the data',
    'folder and who can look into it, whether a server runs on it, whether the history can be read and is',
    'whole, how much is in it, room on the disk, open files, ports. Changes nothing. Reads all of the history,',
    'which takes some seconds for each million messages. The exit code is 0 when everything is in order, else',
    '1.',
  ],
  flags: [...SETTING_FLAGS.filter(({ name }) => ASKED.includes(name)), JSON_FLAG],
  json: 'result',
  examples: [
    ['partyline doctor', 'before the server starts, or while it runs'],
    ['partyline doctor --data /var/lib/partyline --json', 'for programs, one object a line'],
  ],
  run: async (given, _words, io) => {
    const { values } = await readSettings(given)
    const report = new Report(io, values)
    const findings = await examine(values)
    const width = Math.max(...findings.map(({ check }) => check.length))
    for (const finding of findings) {
      if (report.json) report.object({ ...finding })
      else io.stdout.write(`${printable(line(finding, width))}\n`)
    }
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

async function examine(values: FlagValues): Promise<readonly Finding[]> {
  const folder = await folderHealth(dataFolderOf(values), process.getuid?.())
  const connections = values.isGiven('max-connections') ? values.integer('max-connections') : undefined
  const text = { door: 'text', port: values.port('text-port'), hosts: values.hosts('host') }
  const web = values.isGiven('web-port')
    ? [{ door: 'web', port: values.port('web-port'), hosts: LOOPBACK }]
    : []
  const findings = [...folder.findings, openFilesFinding(openFilesLimit(), connections)]
  for (const door of [text, ...web]) findings.push(await portFinding(door, folder.isRunning))
  return findings
}

function line({ ok, check, found, advice }: Finding, width: number): string {
  const words = advice === undefined ? found : `${found}. What to do: ${advice}`
  return `${ok ? 'ok  ' : 'FAIL'}  ${check.padEnd(width)}  ${words}`
}
