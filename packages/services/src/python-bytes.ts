/** Bytes as Python's `repr` writes them: one line of ASCII, whatever they are. */

/** `b'hello'`; with double quotes when there is a single quote in it and no double one. */
export function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(SINGLE_QUOTE) && !bytes.includes(DOUBLE_QUOTE) ? '"' : "'"
  let text = ''
  for (const byte of bytes) text += byte === SINGLE_QUOTE && quote === "'" ? "\\'" : (WRITTEN[byte] ?? '')
  return `b${quote}${text}${quote}`
}

const SINGLE_QUOTE = 0x27
const DOUBLE_QUOTE = 0x22

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\\', '\\\\'],
])

/** How each byte is written, the single quote apart. */
const WRITTEN: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  if (byte >= 0x20 && byte < 0x7f && character !== '\\') return character
  return ESCAPES.get(character) ?? `\\x${byte.toString(16).padStart(2, '0')}`
})
