/**
 * The client of the web that does it by hand: asks with GET, and reads until the answer is complete, which is the
 * announced length or the end of the stream (RFC 9112 section 6.3), never "less than the buffer holds".
 */
import type { ClientPeer, Exercise } from '../point.ts'
import { meet, type Script, scriptPoints, sendInPieces } from './script.ts'

/** As long as the page of the tutorial was, in bytes. */
const LENGTH = 19_427
const BODY = `${'0123456789abcde\n'.repeat(LENGTH / 16)}\n\n\n`.slice(0, LENGTH - 8).concat('the end\n')
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n'
/** RFC 9112 sections 3 and 3.2: a request line, header lines, an empty line, each with CR LF; HTTP/1.1 names the host. */
const REQUEST = /^GET \S+ HTTP\/1\.(?:0\r\n|1\r\n(?:[^\r\n]+\r\n)*?host: *[^\r\n]+\r\n)(?:[^\r\n]+\r\n)*\r\n/i

const script: Script = {
  request: {
    pattern: REQUEST,
    words: '|GET / HTTP/1.1␍␊Host: …␍␊␍␊|',
    why: 'A server answers when it has seen the empty line, and HTTP/1.1 demands the Host; each line ends with CR LF.',
    example: '09-http',
  },
  answer: () => `${HEAD}Content-Length: 6\r\nConnection: close\r\n\r\nhello\n`,
  longAnswer: `${HEAD}Content-Length: ${LENGTH}\r\nConnection: close\r\n\r\n${BODY}`,
  shown: () => [], // the tutorial's shows the length, others the head too, or a title
  mayAdd: false,
}

export const http: Exercise<ClientPeer> = {
  name: 'http',
  transport: 'tcp',
  port: 8080,
  points: [
    ...scriptPoints(script),
    {
      id: 'until-close',
      title: 'reads an answer without a length to the end of the stream',
      why: 'Without a Content-Length the end of the stream is the end of the answer; a short packet is not.',
      example: '09-http',
      async run(peer) {
        const { talk } = await meet(peer, script)
        await sendInPieces(talk, `${HEAD}Connection: close\r\n\r\n${BODY}`)
        await talk.shutdown()
        await talk.expectLeaving('that it ends after the end')
      },
    },
    {
      id: 'length',
      title: 'ends after the announced length when the connection stays open',
      why: 'HTTP/1.1 keeps connections open: who reads to the end of the stream waits for ever, unless it asked for the close.',
      example: '09-http',
      async run(peer) {
        const talk = await peer.accept()
        const request = await talk.answerIfAny(peer.typingMs)
        await talk.send(`${HEAD}Content-Length: 6\r\n\r\nhello\n`)
        // Who asked for the close, by a header, by HTTP/1.0 or by ending their side, may wait for it.
        const wantsClose = /^connection: *close/im.test(request) || /HTTP\/1\.0/.test(request)
        if (wantsClose || (await talk.isOver())) return talk.shutdown()
        await talk.expectLeaving('that it ends after |hello␊|')
      },
    },
  ],
}
