/**
 * Services by name: a small table of those people type, and the system's services file (services(5)) for the
 * rest, read once and only when the table does not know a name.
 */
import { readFile } from 'node:fs/promises'
import { checkInteger } from './op.ts'

/** The protocols that services are listed under. */
export type Protocol = 'tcp' | 'udp'

/** Ports by `name/protocol`, like `http/tcp`. */
export type Services = ReadonlyMap<string, number>

// From the IANA registry (RFC 6335), those of this library's examples and the everyday ones; a system without a
// services file (small containers have none) still knows these.
const WELL_KNOWN: Services = parseServices(`
  echo      7/tcp
  echo      7/udp
  discard   9/tcp
  discard   9/udp
  daytime  13/tcp
  daytime  13/udp
  ftp      21/tcp
  ssh      22/tcp
  telnet   23/tcp
  smtp     25/tcp  mail
  time     37/tcp
  time     37/udp
  domain   53/tcp
  domain   53/udp
  tftp     69/udp
  finger   79/tcp
  http     80/tcp  www
  pop3    110/tcp
  ntp     123/udp
  imap2   143/tcp  imap
  irc     194/tcp
  https   443/tcp
  https   443/udp
  syslog  514/udp
  imaps   993/tcp
  pop3s   995/tcp
  ircd   6667/tcp
  ircs-u 6697/tcp
`)

/**
 * The port of a service, or undefined when nobody knows it. Names are the same in capitals (RFC 6335 section
 * 5.1). `file` is for tests: what the system's services file says.
 */
export async function serviceByName(
  name: string,
  protocol: Protocol,
  file: () => Promise<Services> = systemServices,
): Promise<number | undefined> {
  const key = `${name.toLowerCase()}/${protocol}`
  return WELL_KNOWN.get(key) ?? (await file()).get(key)
}

/**
 * A port by number (which is checked), by digits or by the name of a service; undefined for a name that nobody
 * knows. Throws a TypeError or RangeError for a number that is no port.
 */
export async function portOf(service: number | string, protocol: Protocol): Promise<number | undefined> {
  const port = typeof service === 'string' && /^\d+$/.test(service) ? Number(service) : service
  if (typeof port === 'string') return serviceByName(port, protocol)
  checkInteger('port', port, 0, 65_535)
  return port
}

/** Reads text in the form of services(5): `name port/protocol alias…`, `#` begins a comment. The first entry of a name counts. */
export function parseServices(text: string): Services {
  const services = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [name, entry, ...aliases] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/)
    const [, port, protocol] = /^(\d{1,5})\/(\w+)$/.exec(entry ?? '') ?? []
    if (name === undefined || port === undefined || Number(port) > 65_535) continue
    for (const called of [name, ...aliases]) {
      const key = `${called.toLowerCase()}/${protocol?.toLowerCase()}`
      if (!services.has(key)) services.set(key, Number(port))
    }
  }
  return services
}

let read: Promise<Services> | undefined

function systemServices(): Promise<Services> {
  read ??= readFile(servicesPath(), 'utf8').then(parseServices, () => new Map<string, number>())
  return read
}

function servicesPath(): string {
  if (process.platform !== 'win32') return '/etc/services'
  const { SystemRoot = 'C:\\Windows' } = process.env
  return `${SystemRoot}\\System32\\drivers\\etc\\services`
}
