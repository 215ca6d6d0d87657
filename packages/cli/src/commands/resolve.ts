/** `partyline resolve`: the addresses of a name, as a connection would try them. */
import { printable } from '@partyline/protocols'
import {
  type InetAddress,
  type Lookup,
  type Protocol,
  resolve as resolveHost,
  SocketError,
  serviceByName,
} from '@partyline/sockets'
import type { Command } from '../commands.ts'
import { CommandError, exitCodeOf } from '../failure.ts'
import { portNumber } from '../flag-values.ts'
import type { FlagValues } from '../flags.ts'
import type { Io } from '../io.ts'
import { Report } from '../report.ts'
import {
  familyOf,
  IPV4_FLAG,
  IPV6_FLAG,
  JSON_FLAG,
  QUIET_FLAG,
  VERBOSE_FLAG,
  WAIT_FLAG,
  WIRE_FLAG,
} from '../socket-flags.ts'

/** The command, with the system's resolver. */
export const resolve: Command = resolveBy(undefined)

/** The command with another resolver, for tests. */
export function resolveBy(lookup: Lookup | undefined): Command {
  return {
    words: 'NAME [SERVICE]',
    maxWords: 2,
    about: [
      'Prints the addresses of a name, one a line, in the order in which a connection tries them: the best first',
      '(RFC 6724), then the families in turns (RFC 8305). The service is a name like http or a port. The answers are',
      'for TCP; with --udp the service is looked for among those of UDP. NAME:SERVICE is understood too.',
    ],
    flags: [
      { name: 'udp', short: 'u', type: 'switch', help: 'a service of UDP, not of TCP' },
      IPV4_FLAG,
      IPV6_FLAG,
      { ...WAIT_FLAG, default: '30', least: 0.001, help: 'how long to wait for the resolver' },
      VERBOSE_FLAG,
      QUIET_FLAG,
      WIRE_FLAG,
      JSON_FLAG,
    ],
    json: 'result',
    examples: [
      ['partyline resolve localhost', 'the addresses of this machine'],
      ['partyline resolve example.com https', 'with the port of the service'],
    ],
    async run(values, words, io) {
      const query = await queryOf(values, words, lookup)
      try {
        print(await answerTo(query, io), query, values, io)
        return 0
      } catch (error) {
        if (!SocketError.is(error, 'aborted')) throw error
        return exitCodeOf(io.signal.reason)
      }
    },
  }
}

/** What is asked. */
interface Query {
  readonly host: string
  /** Undefined when no service was given. */
  readonly port: number | undefined
  readonly type: Protocol
  readonly family: 4 | 6 | undefined
  readonly waitMs: number
  readonly lookup: Lookup | undefined
}

interface Answer {
  readonly addresses: readonly InetAddress[]
  readonly ms: number
}

async function queryOf(
  values: FlagValues,
  words: readonly string[],
  lookup: Lookup | undefined,
): Promise<Query> {
  const [first, second] = words
  if (first === undefined) throw noName()
  // More colons without brackets are an IPv6 address.
  const [, name = first, after] = /^(\[.*\]|[^:]*):([^:/]*)$/.exec(first) ?? []
  const [host, service] = second === undefined ? [name, after] : [first, second]
  if (host === '') throw noName()
  const type = values.isOn('udp') ? 'udp' : 'tcp'
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: service === undefined ? undefined : await portOf(service, type),
    type,
    family: familyOf(values),
    waitMs: values.milliseconds('wait') ?? 0,
    lookup,
  }
}

function noName(): CommandError {
  return new CommandError(2, 'no name was given.', ['partyline resolve NAME [SERVICE]'])
}

async function portOf(service: string, type: Protocol): Promise<number> {
  if (/^\d+$/.test(service)) {
    const port = portNumber(service)
    if (port !== undefined && port > 0) return port
    throw new CommandError(2, `${service} is not a port. Ports go from 1 to 65535.`)
  }
  const port = service === '' ? undefined : await serviceByName(service, type)
  if (port !== undefined) return port
  const other = type === 'tcp' ? 'udp' : 'tcp'
  const isOther = service !== '' && (await serviceByName(service, other)) !== undefined
  const hint = isOther
    ? `There is one of ${other.toUpperCase()}: try ${other === 'udp' ? 'with' : 'without'} --udp.`
    : 'Say its port instead.'
  throw new CommandError(3, `no service of ${type.toUpperCase()} is called "${service}".`, [hint])
}

async function answerTo(query: Query, io: Io): Promise<Answer> {
  const { host, port, type, family, waitMs, lookup } = query
  const began = performance.now()
  try {
    const op = { timeout: waitMs, signal: io.signal }
    const addresses = await resolveHost(host, { port: port ?? 0, type, family, lookup, ...op })
    return { addresses: inTurns(addresses), ms: performance.now() - began }
  } catch (error) {
    if (!SocketError.is(error) || error.code === 'aborted') throw error
    throw await failure(error, query)
  }
}

/** As `TcpSocket.connect` tries them: families in turns, beginning with that of the best address. */
function inTurns(addresses: readonly InetAddress[]): InetAddress[] {
  const best = addresses[0]?.family
  const ones = addresses.filter(({ family }) => family === best)
  const others = addresses.filter(({ family }) => family !== best)
  return ones.flatMap((one, at) => [one, ...others.slice(at, at + 1)]).concat(others.slice(ones.length))
}

async function failure(error: SocketError, query: Query): Promise<CommandError> {
  const { host, family, waitMs } = query
  const facts = { host }
  if (error.code === 'timeout') {
    const sentence = `the resolver has not answered about "${host}" for ${waitMs / 1000} s.`
    return new CommandError(5, sentence, [NETWORK_HINT], error, facts)
  }
  if (error.code !== 'not-found')
    return new CommandError(1, `cannot resolve: ${error.message}.`, [], error, facts)
  const which = family === undefined ? 'address' : `IPv${family} address`
  return new CommandError(
    3,
    `no ${which} found for "${host}".`,
    await notFoundHints(error, query),
    error,
    facts,
  )
}

const NETWORK_HINT = 'Is this machine on a network, and does its name server answer?'

async function notFoundHints(
  { errno }: SocketError,
  { host, family, waitMs, lookup }: Query,
): Promise<string[]> {
  if (host.includes('://')) return ['That is a URL: only the host in it has addresses.']
  if (errno === 'EAI_AGAIN') return [`${NETWORK_HINT} (${errno})`]
  if (family !== undefined) {
    const all = await resolveHost(host, { lookup, timeout: waitMs }).catch(() => [])
    if (all.length > 0) return [`It has IPv${family === 4 ? 6 : 4} addresses: try without -${family}.`]
  }
  return [`Nobody knows that name${errno === undefined ? '' : ` (${errno})`}. Check the spelling.`]
}

function print({ addresses, ms }: Answer, { host, port, type }: Query, values: FlagValues, io: Io): void {
  const report = new Report(io, values)
  const isNumeric = addresses.length === 1 && addresses[0]?.host === host
  const time = Math.round(ms * 10) / 10
  if (values.isOn('verbose')) {
    const count = addresses.length === 1 ? '1 address' : `${addresses.length} addresses`
    report.note(
      isNumeric ? `${host} is an address: nobody was asked` : `the resolver gave ${count} in ${time} ms`,
    )
  }
  const width = Math.max(...addresses.map((address) => address.host.length))
  for (const address of addresses) {
    const { family } = address
    if (report.json) {
      report.object({
        host,
        address: address.host,
        family,
        type,
        ...(port === undefined ? {} : { port }),
        ms: time,
      })
    } else {
      const columns = [
        address.host.padEnd(width),
        `IPv${family}`,
        ...(port === undefined ? [] : [`${type} port ${port}`]),
      ]
      io.stdout.write(`${printable(columns.join('  '))}\n`)
    }
  }
}
