/** A history to read, as a server has it that runs, and the commands that read it, called in this process. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { PersonRef } from '../packages/chat/src/core/events.ts'
import { openDataFolder } from '../packages/chat/src/data-folder.ts'
import { openSqliteStore, type SqliteStore } from '../packages/chat/src/stores/sqlite/sqlite-store.ts'
import type { Command } from '../packages/cli/src/commands.ts'
import { parseCommandLine } from '../packages/cli/src/flags.ts'
import { main } from '../packages/cli/src/main.ts'
import { fakeIo } from '../packages/cli/src/testing/fake-io.ts'
import { ROOT } from './samples.ts'

export const LAUNCHER: string = `${ROOT}packages/cli/bin/partyline.js`

export const ANN: PersonRef = { id: 'p1', name: 'ann' }
export const BOB: PersonRef = { id: 'p2', name: 'bob' }
const CLEO = { id: 'p3', name: 'cleo' }

export interface Stage {
  /** The data folder. */
  readonly data: string
  /** The file of the history. */
  readonly file: string
  /** The store of a server: its lock is held. */
  readonly store: SqliteStore
}

/** A data folder with the conversation of docs/history.md, as a server has it that runs. */
export async function stage(t: TestContext): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-history-'))
  const data = join(folder, 'partyline-data')
  const { history: file } = openDataFolder(data)
  let now = 0
  const store = await openSqliteStore({ file, now: () => now })
  t.after(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const said = { kind: 'said', room: '#lobby', from: BOB } as const
  const events = [
    ['16:04:32', { ...said, id: 'm1', from: ANN, text: 'tea at four?' }],
    ['16:04:40', { ...said, id: 'm2', kind: 'action', text: 'nods' }],
    ['16:05:01', { ...said, id: 'm3', room: '#den', text: 'the cake is behind the books' }],
    ['16:05:05', { kind: 'reacted', id: 'r1', room: '#den', from: ANN, target: 'm3', text: '\u{1F370}' }],
    ['16:05:10', { ...said, id: 'm4', room: '@p1+p2', from: ANN, to: BOB, text: 'a secret cake' }],
    ['16:05:20', { ...said, id: 'm5', from: CLEO, text: 'I bring biscuits' }],
    ['16:06:00', { ...said, id: 'm6', text: 'five it is', replyTo: 'm1' }],
    ['16:06:30', { kind: 'edited', id: 'e1', room: '#lobby', from: ANN, target: 'm1', text: 'tea at five?' }],
    ['16:06:31', { kind: 'deleted', id: 'd1', room: '#lobby', from: CLEO, target: 'm5' }],
  ] as const
  for (const [time, event] of events) {
    now = Date.parse(`2026-11-20T${time}Z`)
    await store.append([event])
  }
  return { data, file, store }
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export async function run(data: string, ...args: string[]): Promise<Ran> {
  const io = fakeIo({ PARTYLINE_DATA: data })
  const code = await main(args, io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

/** The same for a command that was made for another time or place. */
export async function runIn(command: Command, data: string, ...args: string[]): Promise<Ran> {
  const io = fakeIo()
  const { values, words } = parseCommandLine(command.flags, args, { PARTYLINE_DATA: data })
  const code = await command.run(values, words, io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

/** An object of one line, of whatever command. */
export type Shown = Readonly<
  Partial<
    Record<
      'id' | 'to' | 'kind' | 'text' | 'deleted' | 'event' | 'error' | 'store' | 'check' | 'found',
      unknown
    >
  >
>

export function objectsIn(stdout: string): readonly Shown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Shown)
}
