/** `partyline check`: plays an exercise against somebody's server or client, and says point by point what is wrong. */
import { didYouMean, printable } from '@partyline/protocols'
import { ClientUnderTest } from '../check/client-under-test.ts'
import { CLIENT_EXERCISES } from '../check/clients/index.ts'
import { LogFile } from '../check/log-file.ts'
import { NobodyThere } from '../check/nobody-there.ts'
import type { Exercise, Point } from '../check/point.ts'
import { listLine, resultLines, resultObject, summaryLines, summaryObject } from '../check/result-lines.ts'
import { type Result, runPoints, type UnderTest } from '../check/run-points.ts'
import { ServerUnderTest } from '../check/server-under-test.ts'
import { SERVER_EXERCISES } from '../check/servers/index.ts'
import type { Pace } from '../check/talk.ts'
import type { Command } from '../commands.ts'
import { parseDestination } from '../destination.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import { portNumber } from '../flag-values.ts'
import type { FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { Report } from '../report.ts'
import { JSON_FLAG, QUIET_FLAG, VERBOSE_FLAG, WAIT_FLAG, WIRE_FLAG } from '../socket-flags.ts'

/** Between packets that must arrive as packets, in milliseconds: longer than a wake-up, shorter than a pause. */
const GAP_MS = 20
/** Names and marks begin at a number below this one, by chance, so that two checks do not meet. */
const MANY_NUMBERS = 1_000_000

export const check: Command = {
  words: 'EXERCISE [HOST] [PORT] | client EXERCISE [PORT]',
  maxWords: 3,
  choices: [...SERVER_EXERCISES.map(({ name }) => name), 'client'],
  json: 'result',
  about: [
    `Checks somebody's server: ${SERVER_EXERCISES.map(({ name }) => name).join(', ')}.`,
    `Or, with "client", somebody's client: ${CLIENT_EXERCISES.map(({ name }) => name).join(', ')}.`,
    'Each point that does not hold shows what was sent, what was expected and what came, why it matters, and which',
    'example shows the cure. Without HOST and PORT it is 127.0.0.1 and the usual port of the exercise.',
    'The exit code is 0 only when all points hold. Only check what you may: it sends long and broken input.',
  ],
  flags: [
    {
      name: 'start',
      type: 'text',
      most: 4096,
      placeholder: 'COMMAND',
      help: 'start the server with this command for every point; with {port} in it, on a free port each time',
    },
    {
      name: 'run',
      type: 'text',
      most: 4096,
      placeholder: 'COMMAND',
      help: 'start the client with this command for every point; {host} and {port} are where we listen',
    },
    {
      name: 'only',
      type: 'text',
      most: 1000,
      placeholder: 'POINT,...',
      help: 'only these points',
    },
    { name: 'list', type: 'switch', help: 'list the points of the exercise, and check nothing' },
    {
      name: 'user',
      type: 'text',
      default: 'admin',
      placeholder: 'NAME',
      help: 'who may log in, for the exercise login',
    },
    {
      name: 'password',
      type: 'text',
      default: '12345',
      placeholder: 'WORD',
      environment: 'PARTYLINE_PASSWORD',
      help: "that user's password",
    },
    {
      name: 'log',
      type: 'path',
      placeholder: 'FILE',
      help: "where the server's output goes, to look at it too; with --start it is seen anyway",
    },
    { ...WAIT_FLAG, default: '2', least: 0.05, help: 'how long an answer may take' },
    JSON_FLAG,
    VERBOSE_FLAG,
    QUIET_FLAG,
    WIRE_FLAG,
  ],
  examples: [
    ['partyline check hello 127.0.0.1 8000', 'your hello server, which is running'],
    ["partyline check hello --start 'python3 hello.py {port}'", 'one that serves a single client and ends'],
    ["partyline check client greeter --run 'python3 greet.py {host} {port}'", 'your client'],
    ['partyline check login --list', 'what is looked at'],
  ],
  async run(values, words, io) {
    const [first = '', ...rest] = words
    const check = first === 'client' ? clientCheck(values, rest, io) : serverCheck(values, words, io)
    if (values.isOn('list')) return list(check.points, io)
    try {
      return await check.run()
    } catch (error) {
      if (io.signal.aborted) return exitCodeOf(io.signal.reason)
      throw error
    }
  },
}

/** A check that is ready to run. */
interface Check {
  readonly points: readonly Result['point'][]
  run(): Promise<number>
}

function serverCheck(values: FlagValues, [name = '', ...rest]: readonly string[], io: Io): Check {
  const exercise = find(SERVER_EXERCISES, name, 'check')
  refuseFlags(values, ['run'])
  const start = values.text('start')
  const port = start?.includes('{port}') === true ? 0 : exercise.port
  const destination = parseDestination(rest, { host: '127.0.0.1', port })
  const account = { user: values.text('user') ?? '', password: values.text('password') ?? '' }
  const pace = paceOf(values, io)
  const log = logOf(values, pace)
  const hasOutput = start !== undefined || log !== undefined
  const points = chosen(exercise, values, (needs) => needs === undefined || hasOutput)
  return {
    points,
    async run() {
      const server = new ServerUnderTest({
        ...destination,
        transport: exercise.transport,
        pace,
        account,
        start,
        env: io.env,
        log,
        note: (words) => new Report(io, values).note(words),
        firstNumber: Math.floor(Math.random() * MANY_NUMBERS),
      })
      try {
        return await report(points, server, values, io)
      } catch (error) {
        if (!(error instanceof NobodyThere)) throw error
        throw nobodyThere(error, destination, start)
      }
    },
  }
}

function clientCheck(values: FlagValues, [name = '', port, surplus]: readonly string[], io: Io): Check {
  const exercise = find(CLIENT_EXERCISES, name, 'check client')
  refuseFlags(values, ['start', 'log', 'user'])
  if (surplus !== undefined) throw new CommandError(2, `check client has no use for "${surplus}".`)
  const run = values.text('run')
  const points = chosen(exercise, values, (needs) => needs === undefined || run !== undefined)
  const listenOn = { host: '127.0.0.1', port: readPort(port, run === undefined ? exercise.port : 0) }
  return {
    points,
    async run() {
      const pace = paceOf(values, io)
      const client = await ClientUnderTest.open({
        ...listenOn,
        name,
        transport: exercise.transport,
        pace,
        run,
        env: io.env,
        invite,
      })
      try {
        return await report(points, client, values, io)
      } finally {
        await client.close()
      }
    },
  }
  function invite(where: string, nth: number): void {
    const point = points[nth - 1]
    const what = `point ${nth} of ${points.length}: ${point?.title ?? ''}`
    io.stderr.write(`${printable(`Listening on ${where}: start your client now (${what})`)}\n`)
  }
}

/** 0 is a free one. */
function readPort(word: string | undefined, usual: number): number {
  const port = word === undefined ? usual : portNumber(word)
  if (port !== undefined) return port
  throw new CommandError(2, `${word} is not a port. Ports go from 1 to 65535; 0 picks a free one.`)
}

async function report<Peer>(
  points: readonly Point<Peer>[],
  peer: Peer & UnderTest,
  values: FlagValues,
  io: Io,
): Promise<number> {
  const out = new Report(io, values)
  const print = (lines: readonly string[]): void => {
    if (!out.json) for (const line of lines) io.stdout.write(`${printable(line)}\n`)
  }
  const idWidth = widthOf(points)
  const results = await runPoints(points, peer, (result) => {
    out.object(resultObject(result))
    if (result.state === 'holds' && values.isOn('quiet')) return
    print(resultLines(result, { verbose: values.isOn('verbose'), idWidth }))
  })
  out.object(summaryObject(results))
  print(summaryLines(results))
  return results.every(({ state }) => state === 'holds') ? 0 : 1
}

function list(points: readonly Result['point'][], io: Io): number {
  for (const point of points) io.stdout.write(`${listLine(point, widthOf(points))}\n`)
  return 0
}

function widthOf(points: readonly Result['point'][]): number {
  return Math.max(...points.map(({ id }) => id.length))
}

function find<Peer>(exercises: readonly Exercise<Peer>[], name: string, usage: string): Exercise<Peer> {
  const found = exercises.find((exercise) => exercise.name === name)
  if (found !== undefined) return found
  const names = exercises.map((exercise) => exercise.name)
  const meant = didYouMean(name, names)
  const sentence = name === '' ? 'say which exercise.' : `there is no exercise "${name}".`
  const hint = meant === undefined ? `There are: ${names.join(', ')}` : `Did you mean ${meant}?`
  throw new CommandError(2, sentence, [hint, `partyline ${usage} ${meant ?? names[0] ?? ''} --list`])
}

/** The points that were asked for and that can be seen. */
function chosen<Peer>(
  { name, points }: Exercise<Peer>,
  values: FlagValues,
  canSee: (needs: Point<Peer>['needs']) => boolean,
): readonly Point<Peer>[] {
  const only = values.text('only')?.split(',')
  for (const id of only ?? []) {
    const point = points.find((each) => each.id === id)
    if (point === undefined) {
      throw new CommandError(2, `${name} has no point "${id}".`, [`partyline check ${name} --list`])
    }
    if (!canSee(point.needs)) {
      throw new CommandError(2, `"${id}" can be seen only of a program that the checker starts.`)
    }
  }
  return points.filter(({ id, needs }) => canSee(needs) && (only === undefined || only.includes(id)))
}

function refuseFlags(values: FlagValues, flags: readonly string[]): void {
  const wrong = flags.find((flag) => values.isGiven(flag))
  if (wrong === undefined) return
  throw new CommandError(2, `--${wrong} is not for this check: ${FOR[wrong] ?? 'leave it out'}.`)
}

const FOR: Readonly<Record<string, string>> = {
  run: '--start starts a server, --run a client',
  start: '--run starts a client, --start a server',
  log: '--run shows the output of a client',
  user: "it is for a server's login",
}

function paceOf(values: FlagValues, { signal }: Io): Pace {
  return { waitMs: values.milliseconds('wait') ?? 0, gapMs: GAP_MS, signal }
}

function logOf(values: FlagValues, pace: Pace): LogFile | undefined {
  const path = values.path('log')
  return path === undefined ? undefined : new LogFile(path, pace)
}

function nobodyThere(
  { message, cause }: NobodyThere,
  { host, port }: { readonly host: string; readonly port: number },
  start: string | undefined,
): CommandError {
  if (start !== undefined) {
    const hint =
      port === 0 ? 'It must listen on the port that it is given.' : `It must come to listen on port ${port}.`
    return new CommandError(4, `the server that was started does not answer: ${message}.`, [hint], cause)
  }
  const hints = ["Start your server first, or let the checker do it:  --start 'COMMAND'"]
  return new CommandError(
    4,
    `nobody is listening on ${host} port ${port} (connection refused).`,
    hints,
    cause,
  )
}
