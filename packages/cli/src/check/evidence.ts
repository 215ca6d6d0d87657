/**
 * What was seen while one point was checked: what we sent, what we expected and what came, as one readable line
 * for each connection. It is all that a learner is shown, so it is kept byte by byte, and cut where it gets long.
 */
import { visibleBytes } from '@partyline/protocols'

/** Of one direction of a connection the first so many bytes are shown and as many of the last; a note says how many there were. */
const MOST_SHOWN = 100

/** The three answers to "what happened?": lines, one for each connection, safe for a terminal. */
export interface Facts {
  readonly sent: readonly string[]
  readonly expected: readonly string[]
  readonly came: readonly string[]
}

/** One direction of a connection: its packets as `|he|llo␊|`, its end as a word, in the order in which they passed. */
export class Track {
  readonly #head: Part[] = []
  /** What came when the head was full: its end. */
  readonly #tail: Part[] = []
  #room = MOST_SHOWN
  #total = 0
  #isCut = false

  /** A packet. Its bytes are copied. */
  add(bytes: Uint8Array): void {
    this.#total += bytes.length
    if (bytes.length === 0) this.#parts.push('an empty datagram')
    else if (this.#room > 0) this.#addToHead(bytes)
    else this.#addToTail(bytes)
  }

  /** Something that is no bytes, like `FIN`. Saying the same twice in a row says it once. */
  mark(word: string): void {
    if (this.#parts.at(-1) !== word) this.#parts.push(word)
  }

  /** `|hello␊|he|llo␊| FIN`, or `nothing`. */
  get text(): string {
    if (this.#head.length === 0) return 'nothing'
    if (!this.#isCut) return shown([...this.#head, ...this.#tail])
    return shown([...this.#head, `… (${groups(this.#total)} bytes in all)`, ...this.#tail])
  }

  /** Where what comes now belongs. */
  get #parts(): Part[] {
    return this.#room > 0 ? this.#head : this.#tail
  }

  #addToHead(bytes: Uint8Array): void {
    this.#head.push(Buffer.from(bytes.subarray(0, this.#room)))
    this.#isCut ||= bytes.length > this.#room
    this.#room -= Math.min(this.#room, bytes.length)
  }

  #addToTail(bytes: Uint8Array): void {
    this.#tail.push(Buffer.from(bytes.subarray(-MOST_SHOWN)))
    this.#isCut ||= bytes.length > MOST_SHOWN
    const length = (): number => this.#tail.reduce((sum, part) => sum + part.length, 0)
    while (this.#tail.length > 1 && length() > MOST_SHOWN) {
      this.#tail.shift()
      this.#isCut = true
    }
  }
}

type Part = Buffer | string

/** Packets that follow each other share a bar. */
function shown(parts: readonly Part[]): string {
  return parts
    .map((part, index) => {
      const followsPacket = typeof parts[index - 1] === 'object'
      if (typeof part === 'string') return `${index === 0 ? '' : ' '}${part}`
      return `${followsPacket ? '' : index === 0 ? '|' : ' |'}${visibleBytes(part)}|`
    })
    .join('')
}

/** One connection. */
export class ConnectionLog {
  readonly sent: Track = new Track()
  readonly came: Track = new Track()
  readonly #expected: string[] = []

  /** Adds to what should come, in words or in the form of a Track. */
  expect(words: string): void {
    if (this.#expected.at(-1) !== words) this.#expected.push(words)
  }

  /** Empty when nothing was expected of this connection. */
  get expected(): string {
    return this.#expected.join(', then ')
  }
}

/** All connections of one point, in the order in which they were made. */
export class Evidence {
  readonly #logs: ConnectionLog[] = []

  open(): ConnectionLog {
    const log = new ConnectionLog()
    this.#logs.push(log)
    return log
  }

  facts(): Facts {
    const each = (textOf: (log: ConnectionLog) => string): string[] =>
      this.#logs.flatMap((log, index) => {
        const text = textOf(log)
        return text === '' ? [] : [`${this.#logs.length > 1 ? `#${index + 1} ` : ''}${text}`]
      })
    return {
      sent: each((log) => log.sent.text),
      expected: each((log) => log.expected),
      came: each((log) => log.came.text),
    }
  }
}

/** Bytes in the form in which a Track shows a packet, cut in the same way. */
export function packet(bytes: Uint8Array | string): string {
  const track = new Track()
  track.add(Buffer.from(bytes))
  return track.text
}

/** 65,536: digits in groups of three, the same in every language setting. */
export function groups(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** `2 s`, `0.5 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
