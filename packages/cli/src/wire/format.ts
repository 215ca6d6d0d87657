/**
 * Wire events as lines for people, in the marks that curl made known: `>` went out, `<` came in, `*` happened. In a
 * tap `>` is what the client sent and `<` what the target sent.
 */
import { hexLines, type Printable, printable } from '@partyline/protocols'
import type { Totals, WireEvent, WireNews } from './events.ts'

/** Of more bytes than this at once, only the first are shown. */
export const MAX_SHOWN = 4096

/** Turns events into lines. As soon as there is a second connection, the lines say which one they are about. */
export class WireText {
  #severalConnections = false

  /** The lines of one event, without newlines; none for what the lines before have said already. */
  lines({ at, news }: WireEvent): Printable[] {
    const connection = 'connection' in news ? news.connection : undefined
    if (connection !== undefined && connection > 1) this.#severalConnections = true
    const tag = this.#severalConnections && connection !== undefined ? ` #${connection}` : ''
    // The first line of a tap has no time: somebody may wait for it, to read the port.
    if (news.kind === 'listening' && news.target !== undefined) return [printable(`* ${happened(news)}`)]
    const time = `${(at / 1000).toFixed(3)}${tag}`
    if ('data' in news) return dataLines(time, news)
    const words = isEnd(news) ? ended(news) : happened(news)
    return words === undefined ? [] : [printable(`* ${time} ${words}`)]
  }
}

type DataNews = Extract<WireNews, { readonly data: Uint8Array }>
type EndNews = Extract<WireNews, { readonly kind: `${'fin' | 'reset'}-${'sent' | 'received'}` | 'closed' }>
type OtherNews = Exclude<WireNews, DataNews | EndNews>

function dataLines(time: string, news: DataNews): Printable[] {
  const { kind, data } = news
  const mark = kind === 'sent' || kind === 'datagram-sent' ? '>' : '<'
  const isDatagram = kind === 'datagram-sent' || kind === 'datagram-received'
  const whose = isDatagram ? ` ${news.client ?? news.peer}` : ''
  const head = `${mark} ${time}${whose} ${String(data.length).padStart(3)} B`
  const [first, ...others] = hexLines(data.subarray(0, MAX_SHOWN))
  if (first === undefined) return [printable(head)]
  const indent = ' '.repeat(head.length)
  const lines = [`${head}  ${first}`, ...others.map((line) => `${indent}  ${line}`)]
  if (data.length > MAX_SHOWN) lines.push(`${indent}  (${data.length - MAX_SHOWN} B more are not shown)`)
  return lines.map(printable)
}

function happened(news: OtherNews): string {
  switch (news.kind) {
    case 'resolved':
      return `resolved ${news.host}: ${news.addresses.join(', ')} (${news.ms.toFixed(1)} ms)`
    case 'connecting':
      return `connecting to ${news.peer}`
    case 'connect-failed':
      return `connecting to ${news.peer} failed: ${news.message}${news.client === undefined ? '' : `; ${news.client} is reset`}`
    case 'listening':
      return `listening on ${listeningOn(news)}`
    case 'bound':
      return `bound to ${news.local} (UDP)`
    case 'refused':
      return `refused ${news.peer}: ${news.reason}`
    case 'tls-failed':
      return `no TLS with ${news.peer}: ${news.message}`
    case 'connected':
      return `connected${news.client === undefined ? '' : ` to ${news.peer}`} from ${news.local}`
    case 'accepted':
      return `accepted ${news.client ?? news.peer}`
    case 'tls':
      return [news.protocol, news.cipher, news.alpn, named(news.certificate)].filter(Boolean).join(', ')
    case 'omitted':
      return `${news.events} events are not shown: the output was too slow`
  }
}

/** As a service says it on its first line. */
function listeningOn({
  local,
  transport,
  target,
}: Extract<OtherNews, { readonly kind: 'listening' }>): string {
  const where = transport === 'udp' ? `udp ${local}` : local
  return target === undefined ? where : `${where}, passing on to ${target}`
}

function named(certificate: string | undefined): string | undefined {
  return certificate === undefined ? undefined : `certificate of ${certificate}`
}

function isEnd(news: OtherNews | EndNews): news is EndNews {
  return news.kind === 'closed' || news.kind.startsWith('fin-') || news.kind.startsWith('reset-')
}

/** How a connection or one direction of it ended; undefined where the event before has said it all. */
function ended(news: EndNews): string | undefined {
  const { peer, client, totals } = news
  const counts = totals === undefined ? '' : countsOf(totals, client !== undefined)
  switch (news.kind) {
    case 'fin-sent':
      if (client !== undefined)
        return `the client sent FIN${totals === undefined ? '' : `: closed ${counts}`}`
      if (totals !== undefined) return `sent FIN: closed by us ${counts}`
      return `sent FIN (end of our ${news.isAccepted ? 'output' : 'input'})`
    case 'fin-received':
      if (client !== undefined)
        return `the target sent FIN${totals === undefined ? '' : `: closed ${counts}`}`
      return totals === undefined ? `got FIN from ${peer}` : `got FIN: closed by ${peer} ${counts}`
    case 'reset-sent':
      return client === undefined ? `sent RST: broken off by us ${counts}` : `the client sent RST ${counts}`
    case 'reset-received':
      return client === undefined
        ? `got RST: broken off by ${peer} ${counts}`
        : `the target sent RST ${counts}`
    case 'closed':
      if (news.isTold) return undefined
      if (news.message !== undefined) return `closed: ${news.message} ${counts}`
      return `closed by ${client === undefined ? 'us' : 'the tap'} ${counts}`
  }
}

function countsOf({ sent, received }: Totals, isTap: boolean): string {
  return isTap
    ? `(client sent ${sent} B, target sent ${received} B)`
    : `(sent ${sent} B, received ${received} B)`
}
