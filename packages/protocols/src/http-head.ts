/**
 * The head of an HTTP/1.x response: its status line and its fields, line by line, each refused in words when it is
 * not what RFC 9112 allows. What holds the lines together is in http-response.ts.
 */
import { decodeText } from './text-encoding.ts'

/** What each code means, as the end of a sentence that begins with who answered. */
export const HTTP_RESPONSE_ERRORS = {
  'not-http': 'the answer is not HTTP',
  version: 'the answer is in a version of HTTP other than 1.x',
  'status-line': 'the status line of the answer is broken',
  field: 'a header line of the answer is broken',
  folded: 'a header of the answer goes on in the next line, which is no longer allowed',
  'head-too-long': 'the head of the answer is longer than the limit',
  'too-many-interim': 'the server keeps sending interim answers',
  length: 'the answer states its length in a way that cannot be meant',
  coding: 'the answer is in a transfer coding that was not asked for',
  chunk: 'a chunk of the answer has no size, or not the size that it says',
  incomplete: 'the answer ended too early',
} as const

export type HttpResponseErrorCode = keyof typeof HTTP_RESPONSE_ERRORS

/** A server that does not keep to HTTP/1.1: nothing that still comes from it can be understood. */
export class HttpResponseError extends Error {
  override readonly name = 'HttpResponseError'
  /** What happened, for programs. */
  readonly code: HttpResponseErrorCode

  /** @param words - replace the table's, when more is known than the code says. */
  constructor(code: HttpResponseErrorCode, words: string = HTTP_RESPONSE_ERRORS[code]) {
    super(words)
    this.code = code
  }
}

/** One header or trailer: the name as it came, and the value without the blanks around it. */
export type HttpField = readonly [name: string, value: string]

/** What a status line says (RFC 9112 section 4). */
export interface HttpStatusLine {
  /** `1.1`, `1.0`; other minor versions are possible, and mean 1.1. */
  readonly version: string
  /** 100 to 999; what begins with the same digit is of the same kind. */
  readonly status: number
  /** The words after the status, often empty. Not to be relied on, and not safe for a terminal. */
  readonly reason: string
}

// A token (RFC 9110 section 5.6.2). Nothing may stand between a field's name and its colon.
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/s
const STATUS_LINE = /^HTTP\/(\d)(?:\.(\d))? ([1-9]\d\d)(?: (.*))?$/s
const PREFIX = 'HTTP/'

const NUL = 0x00
const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20

/** True when bytes that a response begins with rule out that it is HTTP, however it goes on. */
export function cannotBeHttp(beginning: Uint8Array): boolean {
  const known = Math.min(beginning.length, PREFIX.length)
  for (let i = 0; i < known; i++) if (beginning[i] !== PREFIX.charCodeAt(i)) return true
  return false
}

/** Reads the first line of a response, without its ending. Throws an HttpResponseError. */
export function parseStatusLine(line: Uint8Array): HttpStatusLine {
  if (line.length < PREFIX.length || cannotBeHttp(line)) throw new HttpResponseError('not-http')
  const [, major, minor, status, reason = ''] = STATUS_LINE.exec(textOf(line, 'status-line')) ?? []
  if (status === undefined) throw new HttpResponseError('status-line')
  if (major !== '1' || minor === undefined) throw new HttpResponseError('version')
  return { version: `${major}.${minor}`, status: Number(status), reason: reason.trim() }
}

/** Reads a header or trailer line, without its ending. Throws an HttpResponseError. */
export function parseField(line: Uint8Array): HttpField {
  if (isBlank(line[0])) throw new HttpResponseError('folded') // RFC 9112 section 5.2
  const [, name, value = ''] = FIELD_LINE.exec(textOf(line, 'field')) ?? []
  if (name === undefined) throw new HttpResponseError('field')
  return [name, withoutBlanks(value)]
}

/** The values of the fields of this name, in lower case, split at their commas (RFC 9110 section 5.6.1). */
export function listOf(fields: readonly HttpField[], name: string): string[] {
  return fields
    .filter(([other]) => other.toLowerCase() === name)
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')
}

/** The line without LF or CR LF. */
export function withoutEnding(line: Uint8Array): Uint8Array {
  const end = line.at(-1) === LF ? line.length - 1 : line.length
  return line.subarray(0, line[end - 1] === CR ? end - 1 : end)
}

// Only these two are blanks here (RFC 9110 section 5.5). A pattern for the end would take time by the square.
function withoutBlanks(value: string): string {
  let [start, end] = [0, value.length]
  while (start < end && isBlank(value.charCodeAt(start))) start += 1
  while (end > start && isBlank(value.charCodeAt(end - 1))) end -= 1
  return value.slice(start, end)
}

function isBlank(code: number | undefined): boolean {
  return code === SPACE || code === TAB
}

// A CR that ends no line and a NUL must not be taken for text (RFC 9110 section 5.5, RFC 9112 section 2.2).
function textOf(line: Uint8Array, code: HttpResponseErrorCode): string {
  if (line.includes(CR) || line.includes(NUL)) throw new HttpResponseError(code)
  return decodeText(line)
}
