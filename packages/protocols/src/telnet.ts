/**
 * The telnet protocol (RFC 854, 855) on a connection that is not meant for it: takes a telnet client's
 * commands out of what people type, and answers them so that the client stays usable. It agrees to nothing
 * but SUPPRESS GO AHEAD (RFC 858), which changes nothing for us, and never asks for anything itself.
 */

/** What one `feed` made of the bytes. */
export interface TelnetResult {
  /**
   * What is left when the commands are taken out. It may be the memory that was fed: use it before the next
   * receive.
   */
  readonly data: Uint8Array
  /** What must be sent back, often nothing. Empty as long as the peer has not sent a telnet command. */
  readonly reply: Uint8Array
}

/** How many commands one connection gets an answer to, unless the decoder is told otherwise. */
export const MAX_TELNET_ANSWERS = 1024

const IAC = 255
const DONT = 254
const DO = 253
const WONT = 252
const WILL = 251
const SUBNEGOTIATION = 250
const ERASE_LINE = 248
const ERASE_CHARACTER = 247
const ARE_YOU_THERE = 246
const LOWEST_COMMAND = 236 // end of file (RFC 1184); below it nothing is a command

const SUPPRESS_GO_AHEAD = 3

const STILL_HERE = new TextEncoder().encode('\r\n[Yes]\r\n')
const NOTHING = new Uint8Array(0)

//   data ── IAC ──▶ command ── WILL, WONT, DO, DONT ──▶ option ── any byte ──▶ data
//                   command ── SB ──▶ subnegotiation ── IAC ──▶ subnegotiation-command ── SE ──▶ data
//                   command ── any other ──▶ data
type TelnetState = 'data' | 'command' | 'option' | 'subnegotiation' | 'subnegotiation-command'

/**
 * Takes telnet commands out of a stream of bytes, wherever it is cut.
 *
 * - DO and WILL are refused with WONT and DONT, ECHO too: the client goes on showing what is typed. SUPPRESS
 *   GO AHEAD is agreed to in both directions. Only a change is ever answered (RFC 1143), so no two ends can
 *   loop.
 * - ARE YOU THERE is answered with a visible `[Yes]`.
 * - After `maxAnswers` answers the commands are still taken out, but not answered.
 * - ERASE CHARACTER becomes 0x08 and ERASE LINE 0x15, which `TextLineDecoder` knows. A subnegotiation is
 *   skipped whatever its length, nothing of it is kept. Every other command is taken out and means nothing.
 * - IAC IAC is the byte 0xFF. An IAC before a byte that is no command is that byte 0xFF too, and the other
 *   stays: the sender speaks windows-1252 and means the letter ÿ. Standing last in the stream it is lost.
 */
export class TelnetDecoder {
  #state: TelnetState = 'data'
  /** Which of WILL, WONT, DO, DONT the option that comes next belongs to. */
  #verb = 0
  #answersLeft: number
  /** Whether we have said WILL SUPPRESS GO AHEAD, and DO. */
  readonly #agreed = { will: false, do: false }

  /** @param options.maxAnswers - how many commands are answered in all. Default 1024. */
  constructor({ maxAnswers = MAX_TELNET_ANSWERS }: { readonly maxAnswers?: number | undefined } = {}) {
    if (!Number.isSafeInteger(maxAnswers) || maxAnswers < 0) {
      throw new RangeError(`maxAnswers must be a whole number, at least 0, not ${maxAnswers}`)
    }
    this.#answersLeft = maxAnswers
  }

  /**
   * True while the client is in character mode: it asked us to suppress GO AHEAD, as clients do that send
   * each key as it is pressed.
   */
  get characterMode(): boolean {
    return this.#agreed.will
  }

  /** Takes the next bytes of the stream. */
  feed(bytes: Uint8Array): TelnetResult {
    if (this.#state === 'data' && !bytes.includes(IAC)) return { data: bytes, reply: NOTHING }
    // One more than came: an IAC held back from before may turn out to be text.
    const data = new Uint8Array(bytes.length + 1)
    let length = 0
    const reply: number[] = []
    for (const byte of bytes) {
      if (this.#state === 'data' && byte !== IAC) {
        data[length++] = byte
      } else if (this.#state === 'command' && byte < LOWEST_COMMAND) {
        data[length++] = IAC
        data[length++] = byte
        this.#state = 'data'
      } else {
        const typed = this.#step(byte, reply)
        if (typed !== undefined) data[length++] = typed
      }
    }
    return { data: data.subarray(0, length), reply: reply.length === 0 ? NOTHING : Uint8Array.from(reply) }
  }

  /** One byte of a command; returns the byte of data that the command stands for, if it stands for one. */
  #step(byte: number, reply: number[]): number | undefined {
    switch (this.#state) {
      case 'data':
        this.#state = 'command'
        return undefined
      case 'command':
        return this.#command(byte, reply)
      case 'option':
        this.#state = 'data'
        this.#negotiate(byte, reply)
        return undefined
      case 'subnegotiation':
        if (byte === IAC) this.#state = 'subnegotiation-command'
        return undefined
      case 'subnegotiation-command':
        // IAC SE ends it, as does any other command: its SE was forgotten. Anything else is its content.
        this.#state = 'subnegotiation'
        return byte === IAC || byte < LOWEST_COMMAND ? undefined : this.#command(byte, reply)
    }
  }

  #command(command: number, reply: number[]): number | undefined {
    this.#state = 'data'
    switch (command) {
      case IAC:
        return IAC
      case WILL:
      case WONT:
      case DO:
      case DONT:
        this.#verb = command
        this.#state = 'option'
        return undefined
      case SUBNEGOTIATION:
        this.#state = 'subnegotiation'
        return undefined
      case ERASE_CHARACTER:
        return 0x08
      case ERASE_LINE:
        return 0x15
      case ARE_YOU_THERE:
        this.#answer(reply, ...STILL_HERE)
        return undefined
      default:
        return undefined
    }
  }

  #negotiate(option: number, reply: number[]): void {
    const ours = this.#verb === DO || this.#verb === DONT // whose side the option would be on
    const wanted = this.#verb === DO || this.#verb === WILL
    const side = ours ? 'will' : 'do'
    const agreed = option === SUPPRESS_GO_AHEAD && this.#agreed[side]
    if (wanted === agreed) return // no change, and so no answer
    if (option !== SUPPRESS_GO_AHEAD) {
      this.#answer(reply, IAC, ours ? WONT : DONT, option)
    } else if (this.#answer(reply, IAC, answerVerb(ours, wanted), option)) {
      this.#agreed[side] = wanted
    }
  }

  #answer(reply: number[], ...bytes: readonly number[]): boolean {
    if (this.#answersLeft === 0) return false
    this.#answersLeft -= 1
    reply.push(...bytes)
    return true
  }
}

function answerVerb(ours: boolean, agree: boolean): number {
  if (ours) return agree ? WILL : WONT
  return agree ? DO : DONT
}
