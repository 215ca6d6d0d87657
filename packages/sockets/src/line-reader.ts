/**
 * Lines out of a receive queue: LF or CR LF ends one, a limit that stays in step with the stream, and an iterator
 * that decodes all lines of a chunk at once (one decoding per chunk is what makes it faster than node:readline).
 */
import type { LineOptions } from './byte-stream.ts'
import { type Described, SocketError } from './errors.ts'
import { checkInteger, checkTimeout } from './op.ts'
import { MORE, type ReceiveQueue } from './receive-queue.ts'

const DEFAULT_MAX = 8192
const LF = 10
const CR = 13
const LF_BYTES = Uint8Array.of(LF)
const NONE = Buffer.alloc(0)

/** LineOptions with their defaults. */
interface LineRules {
  readonly max: number
  readonly encoding: 'utf8' | 'latin1'
  readonly tooLong: 'throw' | 'discard' | 'truncate'
  readonly atEnd: 'return' | 'throw'
}

export class LineReader {
  readonly #queue: ReceiveQueue
  readonly #owner: Described
  // The rest of a line that was too long: its bytes are thrown away as they come, up to its line ending.
  #skipping = false

  constructor(queue: ReceiveQueue, owner: Described) {
    this.#queue = queue
    this.#owner = owner
  }

  readLine(options?: LineOptions): Promise<string | null> {
    let rules: LineRules
    try {
      rules = checkRules(options)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#read(rules, options)
  }

  lines(options?: LineOptions): AsyncIterableIterator<string> {
    const rules = checkRules(options)
    return new LineIterator(
      this.#queue,
      rules,
      () => this.#read(rules, options),
      () => this.#skipping,
      options?.signal,
    )
  }

  #read(rules: LineRules, options: LineOptions | undefined): Promise<string | null> {
    let scanned = 0
    let { epoch } = this.#queue
    const attempt = (): string | null | typeof MORE => {
      for (;;) {
        if (this.#skipping && !this.#skip()) return this.#atEnd(rules)
        if (epoch !== this.#queue.epoch) scanned = 0
        epoch = this.#queue.epoch
        const found = this.#queue.indexOf(LF_BYTES, scanned)
        const line = found === -1 ? this.#unfinished(rules) : this.#finished(found, rules)
        scanned = 0
        if (line === MORE) scanned = this.#queue.size
        if (line !== undefined) return line
      }
    }
    return this.#queue.receive(attempt, options, rules.max + 2)
  }

  /** Throws away up to the line ending; false when it has not come yet. */
  #skip(): boolean {
    const found = this.#queue.indexOf(LF_BYTES, 0)
    this.#queue.drop(found === -1 ? this.#queue.size : found + 1)
    this.#skipping = found === -1
    return !this.#skipping
  }

  #finished(found: number, rules: LineRules): string | undefined {
    const length = found > 0 && this.#queue.byteAt(found - 1) === CR ? found - 1 : found
    if (length > rules.max) return this.#tooLong(found, rules)
    const bytes = this.#queue.take(found + 1)
    return bytes.toString(rules.encoding, 0, length)
  }

  #unfinished(rules: LineRules): string | null | undefined | typeof MORE {
    const { size } = this.#queue
    // One byte more may be the CR of a line ending.
    const isOver = size > rules.max + 1 || (size === rules.max + 1 && this.#queue.byteAt(rules.max) !== CR)
    if (isOver) return this.#tooLong(undefined, rules)
    return this.#atEnd(rules)
  }

  #atEnd(rules: LineRules): string | null | typeof MORE {
    if (this.#queue.failure !== undefined) throw this.#queue.failure
    if (!this.#queue.ended) return MORE
    this.#skipping = false
    if (this.#queue.size === 0) return null
    const bytes = this.#queue.take(this.#queue.size)
    if (rules.atEnd === 'throw')
      throw new SocketError('incomplete', { ...this.#owner.errorDetails('recv'), partial: bytes })
    return bytes.toString(rules.encoding)
  }

  #tooLong(found: number | undefined, rules: LineRules): string | undefined {
    const partial = this.#queue.take(rules.max)
    this.#skipping = true
    if (found !== undefined) this.#skip()
    if (rules.tooLong === 'discard') return undefined
    if (rules.tooLong === 'truncate') return decodeCut(partial, rules.encoding)
    throw new SocketError('limit', {
      ...this.#owner.errorDetails('recv'),
      words: `a line was longer than ${rules.max} bytes`,
      partial,
    })
  }
}

/**
 * Hands out the lines of one chunk after the other. The chunk's bytes are lent by the queue: whoever else
 * receives in between gets the lines that were not taken back, as the bytes that they were.
 */
class LineIterator implements AsyncIterableIterator<string> {
  readonly #queue: ReceiveQueue
  readonly #rules: LineRules
  readonly #readOne: () => Promise<string | null>
  readonly #isSkipping: () => boolean
  readonly #signal: AbortSignal | undefined
  #raw: Buffer | undefined
  #batch: readonly string[] = []
  #next = 0
  #done = false

  constructor(
    queue: ReceiveQueue,
    rules: LineRules,
    readOne: () => Promise<string | null>,
    isSkipping: () => boolean,
    signal: AbortSignal | undefined,
  ) {
    this.#queue = queue
    this.#rules = rules
    this.#readOne = readOne
    this.#isSkipping = isSkipping
    this.#signal = signal
  }

  next(): Promise<IteratorResult<string>> {
    if (this.#done) return Promise.resolve({ done: true, value: undefined })
    const line = this.#signal?.aborted === true ? undefined : (this.#batch[this.#next] ?? this.#borrow())
    if (line !== undefined) {
      this.#next++
      return Promise.resolve({ done: false, value: line })
    }
    return this.#readOne().then((value) => {
      if (value !== null) return { done: false, value }
      this.#done = true
      return { done: true, value: undefined }
    })
  }

  return(): Promise<IteratorResult<string>> {
    this.#done = true
    if (this.#raw !== undefined) this.#queue.recall()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<string> {
    return this
  }

  /** Decodes the whole lines of the oldest chunk at once; undefined where that does not apply. */
  #borrow(): string | undefined {
    this.#queue.recall()
    const { first } = this.#queue
    if (first === undefined || this.#queue.waiting || this.#isSkipping()) return undefined
    const end = first.lastIndexOf(LF) + 1
    if (end === 0) return undefined
    const text = first.toString(this.#rules.encoding, 0, end - 1)
    const batch = text.includes('\r') ? text.split('\n').map(withoutCr) : text.split('\n')
    // Each UTF-16 unit stands for at most three bytes. A line that may be too long is left to readLine.
    if (end > this.#rules.max && batch.some((line) => line.length * 3 > this.#rules.max)) return undefined
    this.#raw = this.#queue.lend(end, { settle: () => this.#settle() })
    this.#batch = batch
    this.#next = 0
    return batch[0]
  }

  #settle(): Buffer {
    const raw = this.#raw ?? NONE
    let from = this.#next === this.#batch.length ? raw.length : 0
    for (let i = 0; from < raw.length && i < this.#next; i++) from = raw.indexOf(LF, from) + 1
    this.#raw = undefined
    this.#batch = []
    this.#next = 0
    return raw.subarray(from)
  }
}

function checkRules(options: LineOptions | undefined): LineRules {
  const { max = DEFAULT_MAX, encoding = 'utf8', tooLong = 'throw', atEnd = 'return' } = options ?? {}
  checkInteger('max', max, 1, 2 ** 30)
  checkTimeout('timeout', options?.timeout)
  checkChoice('encoding', encoding, ['utf8', 'latin1'])
  checkChoice('tooLong', tooLong, ['throw', 'discard', 'truncate'])
  checkChoice('atEnd', atEnd, ['return', 'throw'])
  return { max, encoding, tooLong, atEnd }
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new TypeError(`${name} must be one of ${choices.join(', ')}, not ${value}`)
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Text from bytes that were cut anywhere: a UTF-8 character that is not whole at the end is left out. */
function decodeCut(bytes: Buffer, encoding: 'utf8' | 'latin1'): string {
  if (encoding === 'latin1') return bytes.toString('latin1')
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
}
