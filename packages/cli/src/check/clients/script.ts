/**
 * What every client over TCP must hold, made of one script: what its server says first, what it should say then, and
 * what it gets for it. The checker is the server here.
 */
import { seconds } from '../evidence.ts'
import type { ClientPeer, Point } from '../point.ts'
import type { Program } from '../program.ts'
import type { Talk } from '../talk.ts'

/** An answer up to so many bytes is sent one byte at a time, a longer one in packets of this size. */
const BYTEWISE = 64
const PACKET = 1400
/** A pause that a client must bear, in milliseconds. */
const LATE_MS = 1000
/** How a stack trace begins, in the languages that learners use, and the names of what a network does to a program. */
const TRACE = /Traceback \(most recent|^\s+at .+[:(]\d+/m
const NETWORK_TRACE = /Connection\w*Error|OSError|BrokenPipe|ECONNRE|EPIPE|SocketException|ConnectException/

export interface Script {
  /** What the client's keyboard types when we start it. */
  readonly keys?: string
  /** What the server says before the client has said anything. */
  readonly greeting?: string
  /** What a server can understand. */
  readonly request: {
    readonly pattern: RegExp
    readonly words: string
    readonly why: string
    readonly example: string
  }
  /** What the client gets for it. */
  readonly answer: (request: string) => string
  /** A longer answer, for the point about reading to the end. Default: the same. */
  readonly longAnswer?: string
  /** What must be seen on the client's screen of an answer; nothing where it need not be shown. Default: its text. */
  readonly shown?: (answer: string) => readonly string[]
  /** False where the answer must be what the client said, so that nothing can be added to it. */
  readonly mayAdd?: boolean
}

/** The points that a client of this script must hold. */
export function scriptPoints(script: Script): Point<ClientPeer>[] {
  const { greeting, mayAdd = true, shown } = script
  return [
    asks(script),
    ...(greeting === undefined ? [] : [greetingSplit(script, greeting)]),
    readsAll(script),
    late(script),
    ...(mayAdd ? [utf8(script)] : []),
    ends(script),
    ...(shown?.('').length === 0 ? [] : [shows(script)]),
    survivesReset(script),
    REFUSED,
  ]
}

/** Accepts the client, greets it and listens to it. It may say nothing: whether it must is one point, not all. */
export async function meet(peer: ClientPeer, script: Script): Promise<{ talk: Talk; answer: string }> {
  const talk = await welcome(peer, script)
  return { talk, answer: script.answer(await talk.answerIfAny(peer.typingMs)) }
}

async function welcome(peer: ClientPeer, { greeting, keys }: Script): Promise<Talk> {
  if (keys !== undefined) peer.program?.type(keys)
  const talk = await peer.accept()
  if (greeting !== undefined) await talk.send(greeting)
  return talk
}

/** Sends it in packets, and fails when the client does not take them all. */
export async function sendInPieces(talk: Talk, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const size = bytes.length <= BYTEWISE ? 1 : PACKET
  for (let at = 0; at < bytes.length; at += size) {
    await talk.send(bytes.subarray(at, at + size))
    await talk.gap()
  }
  talk.expecting('that all of it is read')
  if (await talk.hasBroken()) talk.fault('(left before the end)')
}

function asks(script: Script): Point<ClientPeer> {
  const { pattern, words, why, example } = script.request
  return {
    id: 'asks',
    title: `sends ${words}`,
    why,
    example,
    async run(peer) {
      const talk = await welcome(peer, script)
      const request = await talk.expectAnswer(pattern, words, undefined, peer.typingMs)
      await talk.send(script.answer(request))
      await talk.shutdown()
    },
  }
}

function greetingSplit(script: Script, greeting: string): Point<ClientPeer> {
  return {
    id: 'greeting-split',
    title: 'reads a greeting that comes in pieces',
    why: 'One recv() may return a part of the greeting; the rest of it is then taken for the answer.',
    example: '02-banner',
    async run(peer) {
      const { greeting: _, ...rest } = script
      const talk = await welcome(peer, rest)
      await sendInPieces(talk, greeting)
      const answer = script.answer(await talk.answerIfAny(peer.typingMs))
      await sendInPieces(talk, answer)
      await talk.shutdown()
    },
  }
}

function readsAll(script: Script): Point<ClientPeer> {
  return {
    id: 'reads-all',
    title: 'reads an answer that comes in pieces to its end',
    why: 'One recv() may return a part of the answer; the end is the newline, the announced length, or the end of the stream.',
    example: '05-framing',
    async run(peer) {
      const { talk, answer } = await meet(peer, script)
      await sendInPieces(talk, script.longAnswer ?? answer)
      await talk.shutdown()
    },
  }
}

function late(script: Script): Point<ClientPeer> {
  return {
    id: 'late',
    title: `waits for an answer that comes ${seconds(LATE_MS)} late`,
    why: 'A network is slow at times: what has not come yet is not the same as what does not come.',
    example: '02-banner',
    async run(peer) {
      const { talk, answer } = await meet(peer, script)
      await talk.pause(LATE_MS)
      talk.expecting('that it is still there')
      // One that has half-closed looks on the network like one that has left, until we send; so we look at it, too.
      if (peer.program?.ended !== undefined) talk.fault('(left before the answer)')
      await talk.send(answer)
      await talk.gap()
      if (await talk.hasBroken()) talk.fault('(left before the answer)')
      await talk.shutdown()
    },
  }
}

function utf8(script: Script): Point<ClientPeer> {
  return {
    id: 'utf8',
    title: 'reads an é whose two bytes come in two packets',
    why: 'A character may be split between two packets: decoding what one recv() returned then fails.',
    example: '03-bytes-and-text',
    async run(peer) {
      const { talk, answer } = await meet(peer, script)
      const bytes = Buffer.from(answer.replace(/(\r?\n)?$/, ' é$1'))
      const middle = bytes.lastIndexOf(0xa9)
      for (const part of [
        bytes.subarray(0, middle),
        bytes.subarray(middle, middle + 1),
        bytes.subarray(middle + 1),
      ]) {
        if (part.length > 0) await talk.send(part)
        await talk.gap()
      }
      talk.expecting('that all of it is read')
      if (await talk.hasBroken()) talk.fault('(left before the end)')
      await talk.shutdown()
    },
  }
}

function ends(script: Script): Point<ClientPeer> {
  return {
    id: 'ends',
    title: 'ends when the server has ended the connection',
    why: 'recv() returns no bytes when the other side has ended; asking again gets none for ever.',
    example: '18-endings',
    async run(peer) {
      const { talk, answer } = await meet(peer, script)
      await talk.send(answer)
      await talk.shutdown()
      peer.program?.endInput()
      await talk.expectLeaving('that it ends too')
      if (peer.program !== undefined) await mustEnd(peer.program, peer, talk)
    },
  }
}

function shows(script: Script): Point<ClientPeer> {
  return {
    id: 'shows',
    title: 'shows the answer',
    why: 'What was received and not printed, nobody sees.',
    example: '01-connect',
    needs: 'program',
    async run(peer) {
      const { talk, answer } = await meet(peer, script)
      await talk.send(answer)
      await talk.shutdown()
      peer.program?.endInput()
      const wanted = script.shown?.(answer) ?? [answer.trim()]
      talk.expecting(`on its screen ${wanted.map((part) => `|${part}|`).join(' and ')}`)
      const { waitMs, signal } = peer.pace
      const seen = await peer.program?.writesWithin(waitMs, signal, (text) =>
        wanted.every((part) => text.includes(part)),
      )
      if (seen === false) talk.fault('(not on its screen)')
    },
  }
}

function survivesReset(script: Script): Point<ClientPeer> {
  return {
    id: 'reset',
    title: 'ends with a sentence when the connection is reset',
    why: 'A server that crashes makes recv() fail: a person wants to read what happened, not where in the program.',
    example: '18-endings',
    needs: 'program',
    async run(peer) {
      const { talk } = await meet(peer, script)
      await talk.reset()
      peer.program?.endInput()
      talk.expecting('that it ends, without a stack trace')
      if (peer.program === undefined) return
      await mustEnd(peer.program, peer, talk)
      if (TRACE.test(peer.program.errors) && NETWORK_TRACE.test(peer.program.errors))
        talk.fault(lastLine(peer.program))
    },
  }
}

/** The first thing that happens to everybody who writes a client. */
const REFUSED: Point<ClientPeer> = {
  id: 'refused',
  title: 'says in a sentence that nobody listens',
  why: 'A server that is not running is the most ordinary failure: a stack trace does not say what to do about it.',
  example: '01-connect',
  needs: 'program',
  async run(peer) {
    const { program, talk } = await peer.startNowhere()
    talk.expecting('a sentence, and that it ends')
    await mustEnd(program, peer, talk)
    if (TRACE.test(program.errors)) talk.fault(lastLine(program))
    if (program.output.trim() === '') talk.fault('not a word')
  },
}

async function mustEnd(
  program: Program,
  { pace }: ClientPeer,
  talk: { fault(words: string): never },
): Promise<void> {
  if (await program.endsWithin(pace.waitMs, pace.signal)) return
  talk.fault(`it still runs after ${seconds(pace.waitMs)}`)
}

/** The end of a stack trace says what happened. */
function lastLine({ errors }: Program): string {
  return `a stack trace: ${errors.split('\n').findLast((line) => /^\S/.test(line)) ?? ''}`
}
