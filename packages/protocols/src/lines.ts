/**
 * How the text door reads: bytes to lines, for clients of every kind. Programs end a line with LF or CR LF,
 * or with nothing at all; telnet ends it with CR NUL; a person whose client sends each key at once makes one
 * line out of many segments. No clock is in here: `pauseAfter` says how long a silence counts, the owner
 * waits.
 */
import { decodeText } from './text-encoding.ts'

/** A line that came: its text, never empty; or, when it was longer than allowed, how many bytes it had. */
export type DecodedLine = { readonly text: string } | { readonly tooLong: number }

/** The longest line in bytes, without its ending, unless the decoder is told otherwise. */
export const MAX_LINE_BYTES = 4096

/**
 * Milliseconds of silence that end a line of a client that has never sent a newline: it may never send one.
 */
export const PAUSE_BEFORE_NEWLINE = 150

/** Milliseconds of silence that end a line of a client that knows newlines, or may be a person typing. */
export const PAUSE_AFTER_NEWLINE = 2000

/**
 * Which silences end a line. `always`, the default, is for conversations: the rules below. `before-newline` is for
 * one question and its answer: until the first newline every silence of `PAUSE_BEFORE_NEWLINE` ends a line, one of
 * a single byte too, and after it only a newline does. Nobody is taken for a typist by the pace of their bytes.
 */
export type LinePauses = 'always' | 'before-newline'

const NUL = 0x00
const BACKSPACE = 0x08
const LF = 0x0a
const CR = 0x0d
const ERASE_LINE = 0x15
const DELETE = 0x7f

/**
 * Makes lines of what one connection sends.
 *
 * - LF, CR LF and CR NUL (RFC 854) end a line. An empty line is nothing. A CR elsewhere is text; a NUL
 *   elsewhere is nothing (RFC 854: no operation; and programs in C send their whole buffer).
 * - Silence ends a line too, when `pauseAfter` milliseconds of it have passed and the owner calls `pause`.
 * - Two segments of a single byte in one line, or one that erases, are somebody typing: from then on only a
 *   newline ends a line (a lone CR is one as well), backspace and DEL take back one visible character, and
 *   0x15 takes back the line. Bytes of a newline that come alone are no typing.
 * - A line of more than `max` bytes is thrown away as it comes, and reported once, at its end. Bytes that a
 *   typist took back count. The memory of a decoder is never more than `max` bytes and a few words.
 * - Text is UTF-8, else windows-1252: see `decodeText`.
 */
export class TextLineDecoder {
  readonly #max: number
  readonly #pauses: LinePauses
  #bytes: Uint8Array = new Uint8Array(0)
  /** Bytes of the unfinished line; more than `#max` once they are thrown away. */
  #length = 0
  /** A CR has come and not yet what follows it. */
  #afterCr = false
  /** Bytes that the last character of the unfinished line still lacks. */
  #missing = 0
  #knowsNewlines = false
  #typist = false
  /** Segments of a single byte that the unfinished line is made of. */
  #keystrokes = 0

  /**
   * @param options.max - the longest line in bytes without its ending, at least 1. Default 4096.
   * @param options.pauses - which silences end a line. Default `always`.
   */
  constructor({
    max = MAX_LINE_BYTES,
    pauses = 'always',
  }: { readonly max?: number | undefined; readonly pauses?: LinePauses | undefined } = {}) {
    if (!Number.isSafeInteger(max) || max < 1) {
      throw new RangeError(`max must be a whole number of bytes, at least 1, not ${max}`)
    }
    this.#max = max
    this.#pauses = pauses
  }

  /**
   * Takes what one receive gave and returns the lines that it ends. The segment is not kept. Where it begins
   * and ends matters only for telling a typist from a program.
   */
  feed(segment: Uint8Array): DecodedLine[] {
    this.#watchForTypist(segment)
    const lines: DecodedLine[] = []
    for (const byte of segment) this.#take(byte, lines)
    return lines
  }

  /**
   * Milliseconds of silence after the last `feed` that make it time for `pause`; undefined when no silence
   * may end a line now: nothing is unfinished, or a typist thinks, or a UTF-8 character is only half there.
   */
  get pauseAfter(): number | undefined {
    if (this.#length === 0 || this.#typist || this.#missing > 0) return undefined
    if (this.#pauses === 'before-newline') return this.#knowsNewlines ? undefined : PAUSE_BEFORE_NEWLINE
    return this.#knowsNewlines || this.#keystrokes > 0 ? PAUSE_AFTER_NEWLINE : PAUSE_BEFORE_NEWLINE
  }

  /**
   * The silence has lasted: ends the unfinished line, if a silence may. Called too late or twice it does
   * nothing.
   */
  pause(): DecodedLine[] {
    return this.pauseAfter === undefined ? [] : this.end()
  }

  /** The stream has ended: whatever is unfinished is the last line. */
  end(): DecodedLine[] {
    const lines: DecodedLine[] = []
    this.#endLine(lines)
    return lines
  }

  /**
   * Tells the decoder what it would find out by itself later: this client sends each key as it is pressed.
   */
  expectTypist(): void {
    this.#typist = true
  }

  #watchForTypist(segment: Uint8Array): void {
    if (segment.length !== 1 || this.#pauses === 'before-newline') return
    const [byte = NUL] = segment
    if (byte === CR || byte === LF || byte === NUL) return
    this.#keystrokes += 1
    const erases = byte === BACKSPACE || byte === DELETE || byte === ERASE_LINE
    if (erases || this.#keystrokes === 2) this.#typist = true
  }

  #take(byte: number, lines: DecodedLine[]): void {
    const afterCr = this.#afterCr
    this.#afterCr = byte === CR
    if (byte === CR || byte === NUL) this.#missing = 0 // whatever character was begun, this is not its end
    if (byte === LF || (byte === NUL && afterCr)) {
      this.#knowsNewlines = true
      this.#endLine(lines)
    } else if (byte === CR) {
      // A program's CR is the first half of CR LF. A typist's is the Enter key: some terminals send nothing
      // else, and an LF or NUL after it ends an empty line, which is nothing.
      if (this.#typist) this.#endLine(lines)
    } else if (byte !== NUL) {
      if (afterCr && this.#length > 0) this.#push(CR) // no newline followed: it was text
      this.#push(byte)
    }
  }

  #push(byte: number): void {
    if (this.#missing > 0 && byte >= 0x80 && byte <= 0xbf) this.#missing -= 1
    else this.#missing = byte < 0xc2 || byte > 0xf4 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    if (this.#length < this.#max) {
      if (this.#length === this.#bytes.length) this.#grow()
      this.#bytes[this.#length] = byte
    }
    this.#length += 1
  }

  #grow(): void {
    const larger = new Uint8Array(Math.min(Math.max(64, this.#bytes.length * 2), this.#max))
    larger.set(this.#bytes)
    this.#bytes = larger
  }

  #endLine(lines: DecodedLine[]): void {
    const length = this.#length
    this.#length = 0
    this.#missing = 0
    this.#keystrokes = 0
    if (length > this.#max) {
      lines.push({ tooLong: length })
      return
    }
    if (length === 0) return
    const text = decodeText(this.#bytes.subarray(0, length))
    const kept = this.#typist ? withoutErased(text) : text
    if (kept !== '') lines.push({ text: kept })
  }
}

/** Made when it is first needed: that takes milliseconds, and every command loads this. */
let graphemes: Intl.Segmenter | undefined

// Done once, when the line is whole: one backspace takes back what a person sees as one character.
function withoutErased(text: string): string {
  if (!/\p{Cc}/u.test(text)) return text
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  const kept: string[] = []
  for (const { segment } of graphemes.segment(text)) {
    const code = segment.charCodeAt(0)
    if (code === BACKSPACE || code === DELETE) kept.pop()
    else if (code === ERASE_LINE) kept.length = 0
    else kept.push(segment)
  }
  return kept.join('')
}
