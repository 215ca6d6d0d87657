/** What `partyline get` says about a request while it goes on and after it, besides the answer itself. */
import { type BodyEnd, type HttpResponseHead, type HttpUrl, printable } from '@partyline/protocols'
import { formatAddress, type TcpSocket } from '@partyline/sockets'
import type { HttpAnswer, HttpGetListener } from './http-get.ts'
import type { Output } from './io.ts'
import type { Report } from './report.ts'
import { dim } from './terminal/colour.ts'

export interface HttpStepsOptions {
  /** Each step is said, not only what a person should know anyway. */
  readonly verbose: boolean
  readonly colour: boolean
  /** Our side is shut down after the request. */
  readonly halfClose: boolean
}

/** How we know that an answer is complete: a short receive does not mean that. */
const BODY_ENDS: Readonly<Record<BodyEnd, string>> = {
  'no body': 'as this kind of answer has no body',
  length: 'as its Content-Length says',
  'last chunk': 'its last chunk came',
  'end of the stream': 'the server ended the stream',
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The notation that hands know from curl: `*` a step, `>` what we send, `<` what comes. */
export class HttpSteps implements Omit<HttpGetListener, 'body'> {
  readonly #report: Report
  readonly #stderr: Output
  readonly #options: HttpStepsOptions

  constructor(report: Report, stderr: Output, options: HttpStepsOptions) {
    this.#report = report
    this.#stderr = stderr
    this.#options = options
  }

  resolved(host: string, addresses: readonly string[], ms: number): void {
    this.#step(`resolved ${host} in ${ms.toFixed(1)} ms: ${addresses.join(', ')}`)
  }

  connected({ remote, local, tls }: TcpSocket, ms: number): void {
    this.#step(`connected to ${formatAddress(remote)} from ${formatAddress(local)} after ${ms.toFixed(1)} ms`)
    if (tls !== undefined) this.#step(tlsWords(tls))
  }

  requested(request: string): void {
    this.#lines('>', request)
    this.#step(
      this.#options.halfClose ? 'our side is shut down: nothing more will be sent' : 'the request is sent',
    )
  }

  async head({ bytes }: HttpResponseHead): Promise<void> {
    this.#lines('<', Buffer.from(bytes).toString())
  }

  /** The answer is complete, and in `file` if one was named. */
  complete({ head, bytes, endsBy, ms }: HttpAnswer, url: HttpUrl, file: string | undefined): void {
    const { status, reason, fields } = head
    const words = `${status} ${reason}`.trim()
    const [, location] = fields.find(([name]) => name.toLowerCase() === 'location') ?? []
    if (REDIRECTS.has(status) && location !== undefined) {
      this.#report.note(`${words}: ${whereTo(location, url)}`)
    } else if (status >= 400) this.#report.note(`the server answers ${words}`)
    const count = `${bytes.toLocaleString('en-US')} bytes`
    this.#step(`complete: ${count}, ${BODY_ENDS[endsBy]}, after ${ms.toFixed(1)} ms`)
    if (file !== undefined) this.#report.detail(`${count} are in ${file}`)
  }

  #step(words: string): void {
    if (this.#options.verbose) this.#report.note(words)
  }

  #lines(mark: string, text: string): void {
    if (!this.#options.verbose) return
    for (const line of text.trimEnd().split('\n')) {
      const shown = printable(`${mark} ${line.replace(/\r$/, '')}`)
      this.#stderr.write(`${this.#options.colour ? dim(shown) : shown}\n`)
    }
  }
}

function tlsWords({ protocol, cipher, peer }: NonNullable<TcpSocket['tls']>): string {
  const name = peer?.subject?.CN
  return `${protocol} with ${cipher}${name === undefined ? '' : `, certificate of ${String(name)}`}`
}

function whereTo(location: string, url: HttpUrl): string {
  const to = URL.parse(location, url.href)
  if (to === null) return `it names another place, which is not a URL: ${location}`
  const isHttp = to.protocol === 'http:' || to.protocol === 'https:'
  return `goes to ${to.href}${isHttp ? `; to follow:  partyline get ${quoted(to.href)}` : ''}`
}

// The server chose these words, and they are made to be pasted into a shell.
function quoted(href: string): string {
  return /^[\w:/.%@+,=-]+$/.test(href) ? href : `'${href.replaceAll("'", '%27')}'`
}
