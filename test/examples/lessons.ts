/**
 * Runs the programs of examples/ as a learner does: as they are, and broken on purpose, by the edits that docs/learn.md
 * shows. A broken program must fail in the way that the program's first lines say.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TcpListener, TcpSocket } from '@partyline/sockets'
import { type Child, startNode } from '../../packages/cli/src/testing/child.ts'
import { ROOT, samplesOf } from '../samples.ts'

/** The lessons' names, as `04-hello`, in their order. */
export const LESSONS: readonly string[] = readdirSync(join(ROOT, 'examples'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

export const LEARN = 'docs/learn.md'
export const HOST = '127.0.0.1'

/** A program that has not ended after so many ms hangs, and is killed. No test waits for it. */
const GUARD = 30_000

const FLAGS = ['--conditions=partyline-source', '--disable-warning=ExperimentalWarning']
const OPTIONS = {
  cwd: ROOT,
  env: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'samples') }, // halves the time of a start
}

/** The source of a lesson. */
export function sourceOf(lesson: string): string {
  return readFileSync(join(ROOT, 'examples', `${lesson}.ts`), 'utf8')
}

/** Starts a lesson's program. */
export function start(lesson: string, ...args: readonly (string | number)[]): Child {
  return guarded(startNode([...FLAGS, `examples/${lesson}.ts`, ...args.map(String)], OPTIONS))
}

/** Starts it as it is after the edit that docs/learn.md shows for it. */
export function startBroken(lesson: string, ...args: readonly (string | number)[]): Child {
  return startText(brokenSourceOf(lesson), ...args)
}

/** Starts a program given as text. Its arguments are where those of a file would be. */
export function startText(program: string, ...args: readonly (string | number)[]): Child {
  const evaluate = ['--input-type=module-typescript', '--eval', program, '--', 'program']
  return guarded(startNode([...FLAGS, ...evaluate, ...args.map(String)], OPTIONS))
}

function guarded(child: Child): Child {
  const guard = setTimeout(() => child.process.kill('SIGKILL'), GUARD)
  child.process.once('exit', () => clearTimeout(guard))
  return child
}

/** A lesson's source after the edit that docs/learn.md shows for it. */
export function brokenSourceOf(lesson: string): string {
  const edits = samplesOf(LEARN).filter(({ lang, info }) => lang === 'diff' && info === `${lesson}.ts`)
  assert.equal(edits.length, 1, `${LEARN} should have one diff of ${lesson}.ts`)
  return edits.reduce((source, { code }) => edited(source, code), sourceOf(lesson))
}

/** Applies a diff: lines with `-`, `+` or a blank in front; hunks are separated by empty lines. */
export function edited(source: string, diff: string): string {
  let result = source
  for (const hunk of diff.split('\n\n')) {
    const lines = hunk.split('\n')
    const without = (sign: string): string =>
      lines
        .filter((line) => !line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join('')
    const before = without('+')
    assert.equal(result.split(`\n${before}`).length, 2, `these lines should be there once:\n${before}`)
    result = result.replace(`\n${before}`, () => `\n${without('-')}`)
  }
  return result
}

/** Waits for the first line of a server, and returns its port. */
export async function portOf(server: Child): Promise<number> {
  const ready = /^Listening on (?:udp )?\S+:(\d+)\n/
  await said(server, ready)
  return Number(ready.exec(server.stdout.text)?.[1])
}

/** Waits until a program has printed this. Throws when it ends before. */
export async function said(program: Child, words: RegExp | string): Promise<void> {
  const ended = program.exit.then((code) => {
    const has =
      typeof words === 'string' ? program.stdout.text.includes(words) : words.test(program.stdout.text)
    if (!has) throw new Error(`it ended (${code}): ${program.stdout.text}${program.stderr.text}`)
  })
  await Promise.race([program.stdout.until(words), ended])
}

/** A client of a server on this machine. */
export function call(port: number): Promise<TcpSocket> {
  return TcpSocket.connect(port, HOST)
}

/** A server for a client under test; `accept` gives its connection. */
export async function answerPhone(): Promise<{ port: number; listener: TcpListener } & AsyncDisposable> {
  const listener = await TcpListener.listen(0, HOST)
  assert.ok('port' in listener.address)
  return { port: listener.address.port, listener, [Symbol.asyncDispose]: () => listener.close() }
}

/** Everything that still comes, as text. */
export async function rest(socket: TcpSocket): Promise<string> {
  let text = ''
  for await (const bytes of socket) text += String(bytes)
  return text
}

/**
 * Asserts that nothing has come, not even the end. What the system had for us before this call has been read after a
 * connection to ourselves has come and gone; so it waits for events, and for no time.
 */
export async function assertSilent(socket: TcpSocket): Promise<void> {
  await using mirror = await answerPhone()
  await using one = await call(mirror.port)
  await using other = await mirror.listener.accept()
  for (const word of ['one', 'two']) {
    await one.send(word)
    assert.equal(String(await other.recv()), word)
  }
  assert.equal(socket.tryRecv(), undefined)
}

/** What shows that a lesson teaches what it says. */
export interface Proof {
  /** The program, run as it is, does it. */
  readonly works: () => Promise<void>
  /** Broken as docs/learn.md shows, it fails as its first lines say. */
  readonly breaks: () => Promise<void>
}

/** Words that a broken program prints, as the first lines of the lesson show them. */
export function foretold(lesson: string, words: string): string {
  const [header = ''] = /^\/\*\*[\s\S]*?\*\//.exec(sourceOf(lesson)) ?? []
  assert.ok(header.replaceAll(/\n \* */g, ' ').includes(words), `${lesson} should show ${words}`)
  return words
}
