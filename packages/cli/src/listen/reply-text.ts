/** The text of `--reply` as bytes. A shell makes it hard to type a line's end, so escapes are understood. */
import { CommandError } from '../failure.ts'

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['0', 0x00],
  ['\\', 0x5c],
])

/**
 * UTF-8, with `\n`, `\r`, `\t`, `\0`, `\\` and `\xNN` (one byte) understood. Throws a CommandError with exit code 2
 * for a backslash before anything else, so that a typing mistake is not sent.
 */
export function parseReply(text: string): Uint8Array {
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\[^x]|\\)/)
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : Buffer.of(byteOf(part)))),
  )
}

function byteOf(sequence: string): number {
  if (sequence.length === 4) return Number.parseInt(sequence.slice(2), 16)
  const byte = ESCAPES.get(sequence.slice(1))
  if (byte !== undefined) return byte
  throw new CommandError(2, `--reply does not know ${sequence === '\\' ? 'this use of \\' : sequence}.`, [
    'It knows \\n, \\r, \\t, \\0, \\xNN, and \\\\ for the backslash itself.',
  ])
}
