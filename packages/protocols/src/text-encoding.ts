/**
 * Bytes of unknown origin to text: UTF-8, and windows-1252 wherever they are not UTF-8. A terminal on a
 * modern system sends the first, an old client on Windows the second, and nobody says which. Nothing is ever
 * refused.
 */

// The windows-1252 index of the WHATWG Encoding Standard, 0x80 to 0x9F. The five bytes that the code page
// leaves undefined stand for their C1 control, as there; all other bytes are their own code point.
const WINDOWS_1252_80_TO_9F = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

// The mark is handled below, once: the decoder would drop it from the beginning of every run.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Reads bytes as UTF-8. A byte that is not part of a well-formed sequence (Unicode 17, table 3-7) is read as
 * windows-1252, that byte alone. A byte order mark in front is left out: some writers put it before their
 * first line, and it is not text. Control characters come through: see `printable` for what may be shown.
 */
export function decodeText(bytes: Uint8Array): string {
  let text = ''
  let runStart = 0
  let at = 0
  while (at < bytes.length) {
    const length = utf8CharacterLength(bytes, at)
    if (length > 0 && at + length <= bytes.length) {
      at += length
      continue
    }
    if (runStart < at) text += utf8.decode(bytes.subarray(runStart, at))
    text += windows1252Character(bytes[at] ?? 0)
    at += 1
    runStart = at
  }
  if (runStart < at) text += utf8.decode(bytes.subarray(runStart, at))
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/**
 * How many bytes the UTF-8 character that begins at `at` has. 0: no character begins there. More than the
 * bytes that are left: what is there is the beginning of one, and its end has not come.
 */
function utf8CharacterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return 0
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  const end = Math.min(at + length, bytes.length)
  for (let next = at + 1; next < end; next += 1) {
    const byte = bytes[next] ?? 0
    const [lowest, highest] = next === at + 1 ? secondByteRange(lead) : CONTINUATION
    if (byte < lowest || byte > highest) return 0
  }
  return length
}

const CONTINUATION: readonly [number, number] = [0x80, 0xbf]
const SECOND_BYTE: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0xe0, [0xa0, 0xbf]], // no overlong forms
  [0xed, [0x80, 0x9f]], // no surrogates
  [0xf0, [0x90, 0xbf]], // no overlong forms
  [0xf4, [0x80, 0x8f]], // nothing above U+10FFFF
])

function secondByteRange(lead: number): readonly [number, number] {
  return SECOND_BYTE.get(lead) ?? CONTINUATION
}

function windows1252Character(byte: number): string {
  return byte >= 0x80 && byte <= 0x9f ? WINDOWS_1252_80_TO_9F.charAt(byte - 0x80) : String.fromCharCode(byte)
}
