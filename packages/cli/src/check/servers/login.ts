/**
 * The login: a user name, then a password; a match gets a greeting with the name, anything else a clear no that does
 * not say which half was wrong. Prompts are the author's business and are passed over.
 */
import type { Exercise, LineEnd, Point, ServerPeer } from '../point.ts'
import { asPattern, type Talk } from '../talk.ts'
import { say, withLineEnd } from './line-end.ts'
import { manners } from './manners.ts'

/** What only a refusal says. */
const NO = /wrong|denied|invalid|incorrect|fail|sorry|unknown|refused/i
const SLOW_NO_MS = 3000
const NOBODY = 'nobody-here'

export const login: Exercise<ServerPeer> = {
  name: 'login',
  transport: 'tcp',
  port: 8002,
  points: [
    {
      id: 'lets-in',
      title: 'greets the right user by name',
      why: 'The match is what the exercise is about; bytes compared with text never match in Python 3.',
      example: '11-login',
      run: withLineEnd(async (peer, end) => {
        const talk = await tried(peer, [peer.account.user, peer.account.password], end)
        await expectWelcome(talk, peer)
      }),
    },
    entry('lines', 'lets in who sends user and password as lines (nc)', '11-login', {
      why: "nc sends the newline too: b'admin\\n' is not b'admin' until the line ending is cut off.",
      send: (talk, lines) => say(talk, lines, '\n'),
    }),
    entry('crlf', 'lets in who ends the lines with CR LF (telnet)', '11-login', {
      why: 'telnet sends CR LF at the end of a line; cutting off the LF alone leaves a CR in the password.',
      send: (talk, lines) => say(talk, lines, '\r\n'),
    }),
    entry('no-newline', 'lets in who sends no newlines, with a pause in between', '10-greeter', {
      why: "Programs like the tutorial's own client send no newline; waiting for one waits for ever.",
      send: (talk, lines) => say(talk, lines, ''),
    }),
    entry('joined', 'lets in who sends both lines in one packet', '05-framing', {
      why: 'One recv() may return both lines; a program that waits for a second packet for the password waits for ever.',
      send: (talk, lines) => talk.send(lines.map((line) => `${line}\n`).join('')),
    }),
    entry('split', 'lets in who sends one byte at a time', '05-framing', {
      why: 'TCP keeps no packet boundaries: one recv() may return a single letter of the name.',
      send: (talk, lines) => talk.sendBytewise(lines.map((line) => `${line}\n`).join('')),
    }),
    entry('half-close', 'lets in who ends their side right after the password', '08-half-close', {
      why: 'The end of the input also ends the line, and the client still waits for the answer.',
      async send(talk, lines) {
        await talk.sendLast(lines.join('\n'))
      },
    }),
    {
      id: 'refuses',
      title: 'says no to a wrong password, in words',
      why: 'Silence and a closed connection look like a broken server; a person must learn that it was the password.',
      example: '11-login',
      async run(peer) {
        const end = lineEndOf(peer)
        const talk = await tried(peer, [peer.account.user, wrong(peer)], end)
        await talk.expectAnswer(
          /\p{L}{2}/u,
          'a clear no, like |wrong name or password␊|',
          welcome(peer),
          slowly(peer),
        )
      },
    },
    {
      id: 'says-not-which',
      title: 'gives the same answer to a wrong name and to a wrong password',
      why: 'An answer that tells which half was wrong tells a stranger which names exist.',
      example: '11-login',
      async run(peer) {
        const end = lineEndOf(peer)
        const { user, password } = peer.account
        const first = await (await tried(peer, [user, wrong(peer)], end)).answerIfAny(slowly(peer))
        await peer.fresh()
        const talk = await tried(peer, [NOBODY, password], end)
        talk.expecting('the same as on #1')
        const second = await talk.answerIfAny(slowly(peer))
        const bare = (text: string): string => text.replaceAll(user, 'NAME').replaceAll(NOBODY, 'NAME').trim()
        if (bare(first) !== bare(second)) talk.fault('(not the same)')
        if (welcome(peer).test(first)) talk.fault('(both were let in)')
      },
    },
    {
      id: 'keeps-out',
      title: 'keeps out a password that only begins like the right one',
      why: 'A comparison of beginnings, or of a part that one recv() returned, lets in who knows half of it.',
      example: '11-login',
      async run(peer) {
        const end = lineEndOf(peer)
        const { user, password } = peer.account
        for (const near of [password.slice(0, -1), `${password}0`]) {
          const talk = await tried(peer, [user, near], end)
          talk.expecting('no welcome')
          if (welcome(peer).test(await talk.answerIfAny(slowly(peer)))) talk.fault('(let in)')
          await peer.fresh()
        }
      },
    },
    {
      id: 'closes',
      title: 'closes the connection after the greeting',
      why: 'The client sees the end of the conversation only by the close; without it, it waits for more.',
      example: '18-endings',
      run: withLineEnd(async (peer, end) => {
        const talk = await tried(peer, [peer.account.user, peer.account.password], end)
        await expectWelcome(talk, peer)
        await talk.expectEnd()
      }),
    },
    ...manners(async (talk, { peer, end }) => {
      await say(talk, [peer.account.user, peer.account.password], end)
      await expectWelcome(talk, peer)
    }),
  ],
}

/** A connection on which both lines were said. */
async function tried(peer: ServerPeer, lines: readonly string[], end: LineEnd): Promise<Talk> {
  const talk = await peer.connect()
  await say(talk, lines, end)
  return talk
}

// A refusal proves nothing about how the server reads lines, so these points find nothing out.
function lineEndOf(peer: ServerPeer): LineEnd {
  return peer.lineEnd ?? '\n'
}

async function expectWelcome(talk: Talk, peer: ServerPeer): Promise<void> {
  await talk.expectAnswer(welcome(peer), `|hello ${peer.account.user}, welcome to the server␊|`)
}

/** How long a no may take: it should be slow, so that guessing is. */
function slowly({ pace }: ServerPeer): number {
  return pace.waitMs + SLOW_NO_MS
}

/** The name, and no word of a refusal. */
function welcome({ account }: ServerPeer): RegExp {
  return new RegExp(`^(?![\\s\\S]*(?:${NO.source}))[\\s\\S]*${asPattern(account.user)}`, 'i')
}

function wrong({ account }: ServerPeer): string {
  return `not-${account.password}`
}

function entry(
  id: string,
  title: string,
  example: string,
  about: { readonly why: string; readonly send: (talk: Talk, lines: readonly string[]) => Promise<void> },
): Point<ServerPeer> {
  return {
    id,
    title,
    why: about.why,
    example,
    async run(peer) {
      const talk = await peer.connect()
      await about.send(talk, [peer.account.user, peer.account.password])
      await expectWelcome(talk, peer)
    },
  }
}
