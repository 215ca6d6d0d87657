/**
 * How bytes are shown to a person: as one readable line, or as the lines of a hex dump. What can be read is text;
 * what cannot is shown as what it is, so that a missing newline or a stray byte is seen and not guessed.
 */
import { type Printable, printable } from './printable.ts'

/** Bytes on one line of a hex dump. */
const PER_LINE = 16
/** Sixteen bytes as hex with a blank between them. */
const HEX_WIDTH = PER_LINE * 3 - 1

// Blanks that are not the blank, and the pictures that stand for controls here: shown as bytes, they cannot be
// taken for something else.
const MISLEADING = /[[\p{Zs}\u{2400}-\u{2421}]--[ ]]/v

/**
 * Bytes as one line: UTF-8 as text, a blank as it is, C0 controls and DEL as their pictures (`␊`, `␍`, `␛`), every
 * other byte as `\xNN`. That includes the bytes of what a terminal must not be given (bidirectional controls),
 * of blanks that only look like one, and of the pictures themselves. A backslash is itself, but where it would
 * look like the beginning of `\xNN` it is `\x5c`. So different bytes never look the same.
 */
export function visibleBytes(bytes: Uint8Array): Printable {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at)
    const length = character?.length ?? 1
    const shown = character === undefined ? undefined : shape(character.text)
    if (shown === undefined || looksEscaped(bytes, at)) parts.push(escaped(bytes.subarray(at, at + length)))
    else parts.push(shown)
    at += length
  }
  return printable(parts.join(''))
}

/**
 * Bytes as a hex dump, 16 on a line: `68 65 6c 6c 6f 0a  |hello␊|`, the text always in the same column. A character
 * of several bytes stands at its first byte, and is whole although its other bytes are on the next line. A byte that
 * cannot be shown is `·`. No bytes are no lines.
 */
export function hexLines(bytes: Uint8Array): Printable[] {
  const lines: Printable[] = []
  let at = 0
  for (let start = 0; start < bytes.length; start += PER_LINE) {
    const row = bytes.subarray(start, start + PER_LINE)
    let text = ''
    while (at < start + row.length) {
      const character = characterAt(bytes, at)
      const shown = character === undefined ? undefined : shape(character.text)
      text += shown ?? '·'
      at += character === undefined || shown === undefined ? 1 : character.length // no byte inside begins another
    }
    const hex = Array.from(row, hexOf).join(' ')
    lines.push(printable(`${hex.padEnd(HEX_WIDTH)} |${text}|`))
  }
  return lines
}

/** What stands for a character, or undefined where only its bytes can be shown. */
function shape(character: string): string | undefined {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code < 0x7f) return character
  if (code === 0x7f) return '\u2421'
  return MISLEADING.test(character) || printable(character) !== character ? undefined : character
}

interface Character {
  readonly text: string
  /** In bytes. */
  readonly length: number
}

// RFC 3629 section 4: what the first byte says of the length, its own bits, and the least code point that needs it.
const FORMS = [
  { length: 2, from: 0xc2, to: 0xdf, bits: 0x1f, least: 0x80 },
  { length: 3, from: 0xe0, to: 0xef, bits: 0x0f, least: 0x800 },
  { length: 4, from: 0xf0, to: 0xf4, bits: 0x07, least: 0x10000 },
] as const

/** The character that begins there, unless it is not well-formed UTF-8 (RFC 3629) or not all of it is there. */
function characterAt(bytes: Uint8Array, at: number): Character | undefined {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { text: String.fromCharCode(first), length: 1 }
  const form = FORMS.find(({ from, to }) => from <= first && first <= to)
  if (form === undefined) return undefined
  let code = first & form.bits
  for (let i = 1; i < form.length; i++) {
    const next = bytes[at + i]
    if (next === undefined || (next & 0xc0) !== 0x80) return undefined
    code = (code << 6) | (next & 0x3f)
  }
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  if (code < form.least || code > 0x10ffff || isSurrogate) return undefined
  return { text: String.fromCodePoint(code), length: form.length }
}

/** Whether the bytes there are the text `\xNN`, with lower-case digits as we write them. */
function looksEscaped(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x5c &&
    bytes[at + 1] === 0x78 &&
    isLowerHexDigit(bytes[at + 2]) &&
    isLowerHexDigit(bytes[at + 3])
  )
}

function isLowerHexDigit(byte = 0): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)
}

function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\x${hexOf(byte)}`).join('')
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
