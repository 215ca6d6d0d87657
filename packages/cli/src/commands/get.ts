/** `partyline get`: fetch a URL over a raw socket. */
import {
  type HttpField,
  HttpRequestError,
  type HttpResponseHead,
  type HttpUrl,
  parseHeaderLine,
  parseHttpUrl,
} from '@partyline/protocols'
import { SocketError } from '@partyline/sockets'
import { type BodyOutput, fileOutput, MemoryOutput, stdoutOutput } from '../body-output.ts'
import type { Command } from '../commands.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import type { FlagValues } from '../flags.ts'
import { type HttpAnswer, type HttpGetListener, type HttpGetOptions, httpGet } from '../http-get.ts'
import { HttpSteps } from '../http-steps.ts'
import type { Io } from '../io.ts'
import { Report } from '../report.ts'
import {
  COLOR_FLAG,
  familyOf,
  IPV4_FLAG,
  IPV6_FLAG,
  JSON_FLAG,
  QUIET_FLAG,
  VERBOSE_FLAG,
  WAIT_FLAG,
  WIRE_FLAG,
} from '../socket-flags.ts'
import { wantsColour } from '../terminal/colour.ts'
import { TRUST_FLAGS, trustOf } from '../trust.ts'
import { version } from '../version.ts'

/** The longest body that goes into the object of `--json`, in bytes. */
const MAX_JSON_BODY = 16 * 1024 * 1024
/** The longest header on the command line, in characters. */
const MAX_HEADER = 8000

export const get: Command = {
  words: 'URL',
  maxWords: 1,
  about: [
    'Fetches a URL: resolves the host, connects, sends a request, and receives until the answer is complete, by its',
    'length, its last chunk or the end of the stream. An answer that breaks off is never taken for a whole one.',
    'Without a scheme it is http; :8000/PATH is this machine. Standard input is never read. A redirect is not',
    'followed, and any status is a success unless --fail is given.',
  ],
  flags: [
    { name: 'include', short: 'i', type: 'switch', help: 'show the head of the answer too, before its body' },
    { name: 'head', short: 'I', type: 'switch', help: 'ask for the head only (HEAD), and show it' },
    {
      name: 'header',
      short: 'H',
      type: 'texts',
      most: MAX_HEADER,
      placeholder: '"NAME: VALUE"',
      help: 'send this header, in the place of the usual one of that name; without a value, leave that one out',
    },
    {
      name: 'output',
      short: 'o',
      type: 'path',
      placeholder: 'FILE',
      help: 'write the answer to this file, once it is whole; - is standard output, as with --raw',
    },
    { name: 'fail', short: 'f', type: 'switch', help: 'a status of 400 or more is a failure, exit code 1' },
    { name: 'half-close', type: 'switch', help: 'shut down our side after the request' },
    { name: 'raw', type: 'switch', help: 'on a terminal too, write the bytes as they are' },
    {
      ...WAIT_FLAG,
      default: '30',
      least: 0.001,
      help: 'how long to wait for the connection, and then for each next byte',
    },
    IPV4_FLAG,
    IPV6_FLAG,
    ...TRUST_FLAGS,
    VERBOSE_FLAG,
    QUIET_FLAG,
    JSON_FLAG,
    WIRE_FLAG,
    COLOR_FLAG,
  ],
  json: 'result',
  examples: [
    ['partyline get http://127.0.0.1:8000/', 'the answer, as it is'],
    [
      'partyline get -v --half-close :8000',
      'each step, both heads, and our side shut down after the request',
    ],
    ['partyline get -o page.html https://example.com/', 'into a file, which is there when it is whole'],
  ],
  async run(values, words, io) {
    const url = readUrl(words[0])
    const report = new Report(io, values)
    const left = new AbortController()
    const leave = (): void => left.abort()
    io.stdout.once('error', leave) // nobody reads any more: `partyline get URL | head -1`
    try {
      const signal = AbortSignal.any([io.signal, left.signal])
      const options = optionsOf(values, url, signal)
      const output = await openOutput(values, io, signal)
      await run({ values, options, output, steps: stepsOf(values, io, report), report })
      return 0
    } catch (error) {
      if (!SocketError.is(error, 'aborted')) throw error
      return left.signal.aborted ? 0 : exitCodeOf(io.signal.reason)
    } finally {
      io.stdout.off('error', leave)
    }
  },
}

function readUrl(word: string | undefined): HttpUrl {
  if (word === undefined) {
    throw new CommandError(2, 'no URL was given.', ['partyline get http://HOST:PORT/PATH'])
  }
  return asUsage(() => parseHttpUrl(word))
}

function asUsage<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof HttpRequestError ? new CommandError(2, error.message, [], error) : error
  }
}

function optionsOf(values: FlagValues, url: HttpUrl, signal: AbortSignal): HttpGetOptions {
  return {
    url,
    method: values.isOn('head') ? 'HEAD' : 'GET',
    version: version(),
    headers: values.texts('header').map((line): HttpField => asUsage(() => parseHeaderLine(line))),
    halfClose: values.isOn('half-close'),
    waitMs: values.milliseconds('wait') ?? 0,
    family: familyOf(values),
    tls: trustOf(values),
    signal,
  }
}

async function openOutput(values: FlagValues, io: Io, signal: AbortSignal): Promise<BodyOutput> {
  const file = fileOf(values)
  if (file !== undefined) return fileOutput(file)
  if (values.isOn('json')) return new MemoryOutput(MAX_JSON_BODY)
  return stdoutOutput(io, { raw: values.isOn('raw') || values.isGiven('output'), signal })
}

/** The file that the answer goes into; undefined for standard output, also when that was said with `-`. */
function fileOf(values: FlagValues): string | undefined {
  const path = values.path('output')
  return path === '-' ? undefined : path
}

/** What one run has. */
interface Run {
  readonly values: FlagValues
  readonly options: HttpGetOptions
  readonly output: BodyOutput
  readonly steps: HttpSteps
  readonly report: Report
}

function stepsOf(values: FlagValues, io: Io, report: Report): HttpSteps {
  return new HttpSteps(report, io.stderr, {
    verbose: values.isOn('verbose') && !values.isOn('quiet') && !report.json,
    colour: wantsColour(values.choice('color'), io.env, io.stderr),
    halfClose: values.isOn('half-close'),
  })
}

async function run({ values, options, output, steps, report }: Run): Promise<void> {
  const { url } = options
  const includesHead = !report.json && (values.isOn('include') || values.isOn('head'))
  const listener: HttpGetListener = {
    resolved: (host, addresses, ms) => steps.resolved(host, addresses, ms),
    connected: (socket, ms) => steps.connected(socket, ms),
    requested: (request) => steps.requested(request),
    async head(head) {
      await steps.head(head)
      if (!head.interim && head.status >= 400 && values.isOn('fail')) throw refused(url, head)
      if (includesHead) await output.write(head.bytes)
    },
    body: (data) => output.write(data),
  }
  try {
    const answer = await httpGet(options, listener)
    await output.finish()
    const file = fileOf(values)
    steps.complete(answer, url, file)
    if (report.json) report.object(objectOf(answer, url, output, file))
  } catch (error) {
    await output.discard()
    throw error
  }
}

function refused(url: HttpUrl, { status, reason }: HttpResponseHead): CommandError {
  const sentence = `${url.href}: the server answers ${`${status} ${reason}`.trim()}.`
  return new CommandError(1, sentence, [], undefined, { url: url.href, status })
}

function objectOf(
  { head, trailers, bytes, address, ms }: HttpAnswer,
  url: HttpUrl,
  output: BodyOutput,
  file: string | undefined,
): Record<string, unknown> {
  return {
    url: url.href,
    status: head.status,
    reason: head.reason,
    headers: head.fields,
    ...(trailers.length === 0 ? {} : { trailers }),
    bytes,
    ...(output instanceof MemoryOutput ? bodyOf(output.bytes()) : { file }),
    ms: Math.round(ms * 10) / 10,
    address,
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function bodyOf(bytes: Buffer): { body: string } | { bodyBase64: string } {
  try {
    return { body: UTF8.decode(bytes) }
  } catch {
    return { bodyBase64: bytes.toString('base64') }
  }
}
