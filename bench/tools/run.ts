/**
 * Compares socket tools as a person at a shell meets them, and writes docs/tools.md. Debian's netcat-openbsd, ncat,
 * socat and telnet have to be installed; nothing is compared with what is not there.
 *
 *     node --conditions=partyline-source bench/tools/run.ts          # prints the page
 *     node --conditions=partyline-source bench/tools/run.ts --write  # writes it to docs/tools.md
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SocketError, TcpSocket } from '@partyline/sockets'
import {
  BEHAVIOUR,
  type Case,
  ERRORS,
  HALF_CLOSE,
  halfCloseCase,
  type Peer,
  TOOLS,
  type Tool,
} from './cases.ts'
import { run } from './outcome.ts'

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/partyline.js', import.meta.url))
const PAGE = fileURLToPath(new URL('../../docs/tools.md', import.meta.url))
/** What does not end by itself within this time hangs, in milliseconds. */
const LIMIT_MS = 5000
/** A tool that listens is ended after so long, in milliseconds: its clients are done by then. */
const LISTENS_MS = 4000
const HOST = '127.0.0.1'

interface Cell {
  readonly text: string
  readonly isRight: boolean
}

async function measure(tool: Tool, one: Case): Promise<Cell | undefined> {
  const template = one.commands[tool]
  if (template === undefined) return undefined
  const peer = await one.peer()
  await using _ = peer
  const command = template
    .replace('%NOBODY', 'setpriv --reuid=65534 --regid=65534 --clear-groups')
    .replace('%H', HOST)
    .replace('%P', String(peer.port))
    .replace('partyline', `${process.execPath} ${LAUNCHER}`)
  if (one.client !== undefined) return listening(command, one, peer)
  const outcome = await run(command, { limitMs: LIMIT_MS, ...one.options })
  const heard = peer.heard()
  return { text: one.show(outcome, heard), isRight: one.isRight(outcome, heard) }
}

/** A tool that listens, and the clients that come to it. */
async function listening(command: string, one: Case, peer: Peer): Promise<Cell> {
  const tool = run(command, { limitMs: LISTENS_MS, ...one.options })
  const asked = one.id === 'second-client' ? secondClient(peer.port) : oneClient(peer.port, one.client ?? '')
  const [outcome, heard] = await Promise.all([tool, asked.catch(() => 'it never listened')])
  return { text: one.show(outcome, heard), isRight: one.isRight(outcome, heard) }
}

async function oneClient(port: number, text: string): Promise<string> {
  await using socket = await connected(port)
  await socket.send(text)
  await socket.shutdown()
  let heard = ''
  try {
    for (let bytes = await recv(socket); bytes !== null; bytes = await recv(socket)) heard += bytes.toString()
  } catch (error) {
    if (!SocketError.is(error)) throw error
  }
  return heard
}

/** What happens to somebody who comes second: `refused`, `served`, or `silence`. */
async function secondClient(port: number): Promise<string> {
  await using _first = await connected(port)
  await new Promise((resolve) => setTimeout(resolve, 300)) // the tool has accepted the first one by then
  try {
    await using second = await TcpSocket.connect({ host: HOST, port, timeout: 1000 })
    await second.send('hello\n')
    return (await recv(second)) === null ? 'closed at once' : 'served'
  } catch (error) {
    if (SocketError.is(error, 'refused', 'reset', 'broken-pipe')) return 'refused'
    if (SocketError.is(error, 'timeout')) return 'silence'
    throw error
  }
}

function recv(socket: TcpSocket): Promise<Buffer | null> {
  return socket.recv(undefined, { timeout: 1500 })
}

/** The tool needs a moment until it listens. */
async function connected(port: number): Promise<TcpSocket> {
  for (let left = 100; ; left -= 1) {
    try {
      return await TcpSocket.connect({ host: HOST, port })
    } catch (error) {
      if (left === 0 || !SocketError.is(error, 'refused')) throw error
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}

function versionOf(tool: Tool): string {
  const packages = { nc: 'netcat-openbsd', ncat: 'ncat', socat: 'socat', telnet: 'inetutils-telnet' } as const
  if (tool === 'partyline') return execFileSync(process.execPath, [LAUNCHER, '--version']).toString().trim()
  const name = packages[tool]
  return `${name} ${execFileSync('dpkg-query', ['-W', '-f', `\${Version}`, name]).toString()}`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\\\\|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
}

function shown(cell: Cell | undefined): string {
  return cell === undefined ? 'no such mode' : `${cell.isRight ? '✓' : '✗'} ${cell.text}`
}

async function table(cases: readonly Case[]): Promise<string[]> {
  const rows: string[] = []
  for (const one of cases) {
    const cells: string[] = []
    for (const tool of TOOLS) cells.push(shown(await measure(tool, one)))
    rows.push(row([`${one.title}<br>*right: ${one.rule}*`, ...cells]))
    process.stderr.write(`${one.id}\n`)
  }
  return [row(['case', ...TOOLS]), row(['case', ...TOOLS].map(() => '---')), ...rows]
}

async function halfCloseTable(): Promise<string[]> {
  const rows: string[] = []
  for (const [tool, command] of HALF_CLOSE) {
    const one = halfCloseCase(tool, command)
    rows.push(row([one.title, shown(await measure(tool, one))]))
    process.stderr.write(`${command}\n`)
  }
  return ['| command | the answer |', '| --- | --- |', ...rows]
}

const page = [
  '# Socket tools side by side',
  '',
  '<!-- Written by bench/tools/run.ts --write: measured, not typed. -->',
  '',
  'What a person at a shell meets with each tool: which sentence, which exit code (in brackets; `hangs` had to be ended',
  `after ${LIMIT_MS / 1000} s), and whether the answer was seen. ✓ and ✗ are given by a rule that is written beside each case, and the`,
  'rules are about what a script or a beginner needs: a sentence with the reason, a code that is not 0 when it failed, nothing',
  'lost, no hanging. Measured in one run, all tools on the same machine against the same peers.',
  '',
  ...TOOLS.map((tool) => `- ${tool}: ${versionOf(tool)}`),
  '',
  '## When something is wrong',
  '',
  ...(await table(ERRORS)),
  '',
  '## The end of the input',
  '',
  'The server answers one second after it has seen the end of our input.',
  '',
  ...(await halfCloseTable()),
  '',
  '## At a terminal, over UDP, and listening',
  '',
  ...(await table(BEHAVIOUR)),
  '',
].join('\n')

if (process.argv.includes('--write')) writeFileSync(PAGE, page)
else process.stdout.write(page)
