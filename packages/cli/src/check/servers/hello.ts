/** The hello server: `hello\n` at once, then one receive of up to 1000 bytes goes back as it came, then the end. */
import type { Exercise, ServerPeer } from '../point.ts'
import { manners } from './manners.ts'

const HELLO = 'hello\n'
/** No text: every kind of byte that a program which takes bytes for text breaks or changes. */
const BYTES = Uint8Array.of(0x00, 0xff, 0xfe, 0xc3, 0x28, 0x0d, 0x80, 0x1b, 0x7f)

export const hello: Exercise<ServerPeer> = {
  name: 'hello',
  transport: 'tcp',
  port: 8000,
  points: [
    {
      id: 'greets-first',
      title: 'says hello before the client has said anything',
      why: 'The client waits for the server here; when both wait for the other to begin, nothing ever happens.',
      example: '02-banner',
      async run(peer) {
        await (await peer.connect()).expectBytes(HELLO)
      },
    },
    echoes('echoes', 'sends back the line that it got', 'hi back atcha\n', {
      why: 'What recv() returned is what must be sent back: all of it, and nothing else.',
      example: '04-hello',
    }),
    echoes('crlf', 'sends back CR LF as it came', 'hi back atcha\r\n', {
      why: 'telnet ends each line with CR LF, and an echo changes nothing.',
      example: '04-hello',
    }),
    echoes('no-newline', 'answers bytes without a newline', 'hi', {
      why: 'The exercise says one receive, not one line: a program that sends no newline would wait for ever.',
      example: '04-hello',
    }),
    echoes('bytes', 'sends back bytes that are no text', BYTES, {
      why: 'A socket carries bytes: what is decoded to text and encoded again comes back changed, or the program fails.',
      example: '03-bytes-and-text',
    }),
    echoes('thousand', 'sends back 1000 bytes', 'x'.repeat(1000), {
      why: 'The exercise says up to 1000 bytes, so that many must come back; a smaller buffer cuts them off.',
      example: '04-hello',
    }),
    {
      id: 'closes',
      title: 'closes the connection after the echo',
      why: 'The client sees the end of the conversation only by the close; without it, it waits for more.',
      example: '18-endings',
      async run(peer) {
        const talk = await peer.connect()
        await talk.expectBytes(HELLO)
        await talk.send('bye\n')
        await talk.expectBytes('bye\n')
        await talk.expectEnd()
      },
    },
    {
      id: 'half-close',
      title: 'closes when the client ends without a word',
      why: 'recv() returns no bytes when the other side has ended; waiting for more waits for ever.',
      example: '08-half-close',
      async run(peer) {
        const talk = await peer.connect()
        await talk.expectBytes(HELLO)
        await talk.shutdown()
        await talk.expectEnd()
      },
    },
    ...manners(async (talk, { nth }) => {
      await talk.expectBytes(HELLO)
      await talk.send(`client ${nth + 1}\n`)
      await talk.expectBytes(`client ${nth + 1}\n`)
    }),
  ],
}

function echoes(
  id: string,
  title: string,
  data: string | Uint8Array,
  about: { readonly why: string; readonly example: string },
): Exercise<ServerPeer>['points'][number] {
  return {
    id,
    title,
    ...about,
    async run(peer) {
      const talk = await peer.connect()
      await talk.expectBytes(HELLO)
      await talk.send(data)
      await talk.expectBytes(data)
    },
  }
}
