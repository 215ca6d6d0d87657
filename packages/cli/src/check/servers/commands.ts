/**
 * The command server: `R` or `r` a random whole number from 1 to 10, `T` the time, `L` the language and its version,
 * `E` ends the connection and the program, anything else is a wrong option, and the connection stays usable. `E` is
 * checked last: after it, a right server is gone.
 */
import type { Exercise, Point, ServerPeer } from '../point.ts'
import type { Talk } from '../talk.ts'
import { say, withLineEnd } from './line-end.ts'
import { manners } from './manners.ts'

const NUMBER = { pattern: /\d/, words: 'a whole number from 1 to 10' }
const TIME = { pattern: /\d{1,2}[:.h]\d{2}|\b\d{9,}/, words: 'the time' }
const LANGUAGE = { pattern: /\d/, words: 'the language and its version' }
const WRONG = { pattern: /\p{L}{2}/u, words: '|wrong option selected␊|' }
/** A refusal of what was not asked: an answer to an empty line, or to the rest of one. */
const COMPLAINT = /wrong|invalid|unknown|error/i
/** No UTF-8, and no command of telnet either: those begin with 0xff, and are not for the program. */
const NO_TEXT = Uint8Array.of(0xfe, 0xc3, 0x28)
/** How often a number is asked for: always the same one so many times is no chance. */
const DRAWS = 20

export const commands: Exercise<ServerPeer> = {
  name: 'commands',
  transport: 'tcp',
  port: 8003,
  points: [
    {
      id: 'random',
      title: 'answers R with a random whole number from 1 to 10',
      why: 'Both ends belong to it, and a number that is always the same is not random.',
      example: '12-commands',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        await say(talk, ['R'], end)
        const drawn = [await number(talk)]
        // Staying usable is another point: one that ends here has given its number.
        while (drawn.length < DRAWS && !(drawn.length === 1 && (await talk.isOver()))) {
          await talk.send(`R${end}`)
          drawn.push(await number(talk))
        }
        if (drawn.length === DRAWS && new Set(drawn).size === 1) talk.fault('(always the same)')
      }),
    },
    answer('random-lower', 'answers r like R', 'r', NUMBER, 'The exercise takes both: people type either.'),
    answer(
      'time',
      'answers T with the time',
      'T',
      TIME,
      'What is sent must be text in bytes: a number or a date is converted first.',
    ),
    answer(
      'language',
      'answers L with the language and its version',
      'L',
      LANGUAGE,
      'The exercise asks for the version of the language that the server runs on.',
    ),
    answer(
      'wrong-option',
      'says so when it does not know the option',
      'X',
      WRONG,
      'What the server prints on its own screen, the client never sees.',
    ),
    {
      id: 'stays',
      title: 'stays usable after an answer, and after a wrong option',
      why: 'A mistake is no reason to hang up: the conversation goes on until E or until the client ends.',
      example: '12-commands',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        for (const [option, { pattern, words }] of [
          ['T', TIME],
          ['X', WRONG],
          ['T', TIME],
        ] as const) {
          await say(talk, [option], end)
          await talk.expectAnswer(pattern, words)
        }
      }),
    },
    framing('lines', 'understands T with a newline (nc)', '12-commands', {
      why: "nc sends the newline too: b'T\\n' is not b'T' until the line ending is cut off.",
      talk: (talk) => talk.send('T\n'),
    }),
    framing('crlf', 'understands T with CR LF (telnet)', '12-commands', {
      why: 'telnet sends CR LF at the end of a line; with the CR left on, every option is a wrong one.',
      talk: (talk) => talk.send('T\r\n'),
    }),
    framing('no-newline', 'understands T without a newline', '10-greeter', {
      why: "Programs like the tutorial's own client send no newline; waiting for one waits for ever.",
      talk: (talk) => talk.send('T'),
    }),
    {
      id: 'joined',
      title: 'answers both of two lines in one packet',
      why: 'One recv() may return more than one line; what stands after the first newline is the next command.',
      example: '05-framing',
      async run(peer) {
        const talk = await peer.connect()
        await talk.send('R\nL\n')
        await talk.expectAnswer(/\d[\s\S]*\p{L}[\s\S]*\d/u, `${NUMBER.words} and ${LANGUAGE.words}`)
      },
    },
    {
      id: 'split',
      title: 'gives one answer to a line that comes in two packets',
      why: 'TCP keeps no packet boundaries: a newline that comes later still belongs to its line, and is no command.',
      example: '05-framing',
      async run(peer) {
        const talk = await peer.connect()
        await talk.send('T', '\n')
        await talk.expectAnswer(TIME.pattern, TIME.words, COMPLAINT)
        await talk.send('L\n')
        await talk.expectAnswer(LANGUAGE.pattern, `${LANGUAGE.words}, and no complaint`, COMPLAINT)
      },
    },
    {
      id: 'bytes',
      title: 'takes bytes that are no text for a wrong option',
      why: 'Not everything that comes is UTF-8: decoding it fails, and that must not end the conversation.',
      example: '03-bytes-and-text',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        await talk.send(Buffer.concat([NO_TEXT, Buffer.from(end)]))
        await talk.expectAnswer(WRONG.pattern, WRONG.words)
        await say(talk, ['T'], end)
        await talk.expectAnswer(TIME.pattern, TIME.words)
      }),
    },
    {
      id: 'half-close',
      title: 'answers a client that ends its side right after the command, then ends too',
      why: 'The end of the input also ends the line; the client still waits for the answer, and then for your end.',
      example: '08-half-close',
      async run(peer) {
        const talk = await peer.connect()
        await talk.sendLast('T')
        await talk.expectAnswer(TIME.pattern, TIME.words)
        await talk.expectEnd()
      },
    },
    ...manners(async (talk, { end }) => {
      await say(talk, ['T'], end)
      await talk.expectAnswer(TIME.pattern, TIME.words)
    }),
    {
      id: 'exit',
      title: 'answers E by closing the connection and ending the program',
      why: 'sys.exit() in a thread ends that thread alone: the connection closes, and the program goes on.',
      example: '12-commands',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        await say(talk, ['E'], end)
        const said = await talk.expectEndAfterAnything('FIN, and that nobody listens afterwards')
        // A server for other machines may refuse to be ended by them, when it says so.
        if (!(await peer.hasStopped()) && (peer.isLocal || said === ''))
          talk.fault('(and it still takes connections)')
      }),
    },
  ],
}

/** A whole number from 1 to 10; words around it may name the two ends as well. */
async function number(talk: Talk): Promise<string> {
  const text = await talk.expectAnswer(NUMBER.pattern, NUMBER.words, /\d[.,]\d/)
  const numbers = text.match(/\d+/g) ?? []
  if (numbers.some((digits) => Number(digits) < 1 || Number(digits) > 10)) talk.fault('(not from 1 to 10)')
  return numbers.at(-1) ?? ''
}

function answer(
  id: string,
  title: string,
  option: string,
  { pattern, words }: { readonly pattern: RegExp; readonly words: string },
  why: string,
): Point<ServerPeer> {
  return {
    id,
    title,
    why,
    example: '12-commands',
    run: withLineEnd(async (peer, end) => {
      const talk = await peer.connect()
      await say(talk, [option], end)
      await talk.expectAnswer(pattern, words)
    }),
  }
}

function framing(
  id: string,
  title: string,
  example: string,
  { why, talk: send }: { readonly why: string; readonly talk: (talk: Talk) => Promise<void> },
): Point<ServerPeer> {
  return {
    id,
    title,
    why,
    example,
    async run(peer) {
      const talk = await peer.connect()
      await send(talk)
      await talk.expectAnswer(TIME.pattern, TIME.words)
    },
  }
}
