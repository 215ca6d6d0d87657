/**
 * What a peer sends, as text for a terminal: harmless, never waiting for the end of a line, and never with half a
 * character.
 */
import { printable, visibleBytes } from '@partyline/protocols'

/** Turns bytes into text, wherever they are cut. */
export class PeerText {
  /** Bytes that mean something only with the next ones: the beginning of a character, or a CR. At most three. */
  #rest: Uint8Array = new Uint8Array(0)

  /**
   * The text of these bytes. LF and CR LF end a line, as `\n`; everything else has gone through `printable`. Bytes
   * that are no UTF-8 are shown as `\xNN`, with the rest of the line that came with them as `visibleBytes` does.
   */
  feed(bytes: Uint8Array): string {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const end = all.length - unfinished(all)
    this.#rest = all.slice(end)
    return shown(all.subarray(0, end))
  }

  /** What is left when no more comes. */
  end(): string {
    const rest = this.#rest
    this.#rest = new Uint8Array(0)
    return shown(rest)
  }
}

const LF = 0x0a
const CR = 0x0d

function shown(bytes: Uint8Array): string {
  const lines: string[] = []
  let start = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, start)) {
    const end = bytes[at - 1] === CR && at > start ? at - 1 : at
    lines.push(shownPiece(bytes.subarray(start, end)))
    start = at + 1
  }
  lines.push(shownPiece(bytes.subarray(start)))
  return lines.join('\n')
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function shownPiece(bytes: Uint8Array): string {
  try {
    return printable(UTF8.decode(bytes))
  } catch {
    return visibleBytes(bytes)
  }
}

/** How many bytes at the end must wait for the next ones. */
function unfinished(bytes: Uint8Array): number {
  if (bytes.at(-1) === CR) return 1
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back)
    if (byte === undefined || byte < 0x80) return 0
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0
  }
  return 0
}

/** How many bytes a character has that begins with this one (RFC 3629 section 3); 1 for a byte that begins none. */
function lengthOf(first: number): number {
  if (first >= 0xf5) return 1
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}
