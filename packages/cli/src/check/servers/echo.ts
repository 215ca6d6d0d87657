/** The echo server over TCP: everything goes back as it came, as long as the client sends; its end is answered with the end. */
import type { Exercise, Point, ServerPeer } from '../point.ts'
import type { Talk } from '../talk.ts'
import { manners } from './manners.ts'

/** Every value that a byte can have. */
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, value) => value)
/** More than any buffer on the way holds at once by default, so that it must be read while it is sent. */
const LONG = 1_000_000
/** How much of it goes into one send, in bytes. */
const PART = 50_000

export const echo: Exercise<ServerPeer> = {
  name: 'echo',
  transport: 'tcp',
  port: 50_000,
  points: [
    point('echoes', 'sends back the line that it got', '06-echo', {
      why: 'An echo server sends what it received: what is only printed is never seen by the client.',
      talk: (talk) => echoed(talk, 'hello\n'),
    }),
    point('no-newline', 'answers bytes without a newline', '06-echo', {
      why: 'An echo is about bytes, not about lines: waiting for a newline waits for ever when none comes.',
      talk: (talk) => echoed(talk, 'hi'),
    }),
    point('crlf', 'sends back CR LF as it came', '06-echo', {
      why: 'telnet ends each line with CR LF, and an echo changes nothing.',
      talk: (talk) => echoed(talk, 'hello\r\n'),
    }),
    point('keeps-echoing', 'goes on echoing on the same connection', '06-echo', {
      why: 'One recv() answers one packet; the conversation needs a loop until the client ends.',
      async talk(talk) {
        for (const word of ['one\n', 'two\n', 'three\n']) await echoed(talk, word)
      },
    }),
    point('split', 'answers what comes one byte at a time', '05-framing', {
      why: 'TCP keeps no packet boundaries: what is sent in one piece may arrive in many, and each must come back.',
      async talk(talk) {
        await talk.sendBytewise('hello\n')
        await talk.expectBytes('hello\n')
      },
    }),
    point('bytes', 'sends back every value that a byte can have', '03-bytes-and-text', {
      why: 'A socket carries bytes: what is decoded to text and encoded again comes back changed, or the program fails.',
      talk: (talk) => echoed(talk, ALL_BYTES),
    }),
    point('utf8', 'sends back an é whose two bytes come in two packets', '03-bytes-and-text', {
      why: 'A character may be split between two packets: half a character is no text, and decoding it fails.',
      async talk(talk) {
        await talk.send(Uint8Array.of(0xc3), Uint8Array.of(0xa9, 0x0a))
        await talk.expectBytes('é\n')
      },
    }),
    point('long', 'sends back a million bytes', '06-echo', {
      why: 'No buffer holds everything: it must be read and sent in turns, and sendall() is needed where send() takes a part.',
      async talk(talk) {
        const parts = Array.from({ length: LONG / PART }, (_, nth) => Buffer.alloc(PART, 97 + (nth % 26)))
        const expected = talk.expectBytes(Buffer.concat(parts))
        expected.catch(() => {}) // awaited below; it may fail while we still send
        for (const part of parts) await talk.send(part)
        await expected
      },
    }),
    point(
      'half-close',
      "sends everything back before it answers the client's end with its own",
      '08-half-close',
      {
        why: 'The end of the input does not mean that the client is gone: it waits for the last answer, and then for your end.',
        async talk(talk) {
          await talk.sendLast('last words')
          await talk.expectBytes('last words')
          await talk.expectEnd()
        },
      },
    ),
    ...manners((talk, { nth }) => echoed(talk, `client ${nth + 1}\n`)),
  ],
}

async function echoed(talk: Talk, data: string | Uint8Array): Promise<void> {
  await talk.send(data)
  await talk.expectBytes(data)
}

function point(
  id: string,
  title: string,
  example: string,
  { why, talk }: { readonly why: string; readonly talk: (talk: Talk) => Promise<void> },
): Point<ServerPeer> {
  return { id, title, why, example, run: async (peer) => talk(await peer.connect()) }
}
