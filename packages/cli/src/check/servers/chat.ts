/**
 * The chat server: a welcome, a screen name, and then everybody sees what everybody says, in the exact forms `NAME
 * logged in`, `NAME::text` and `NAME disconnected`. Other people may be there: what is not ours is passed over.
 */
import type { Exercise, Point, ServerPeer } from '../point.ts'
import { asPattern, type Talk } from '../talk.ts'

/** Longer than any reader that takes a silence for the end of a line waits for it, in milliseconds. */
const PAUSE_MS = 400
/** More than a message may be long anywhere, in bytes. */
const TOO_LONG = 20_000
/** Colours, telnet negotiation and the like. */
const NOT_TEXT = /[[\p{Cc}\uFFFD]--[\t\r\n]]/v
/** How a line of the server's own ends, behind a message that came with LF alone. */
const ENDING = /::hi(\r?\n)/
const WELCOME = /^-{3,}\r?\n[^\n]*welcome to [^\n]+\n-{3,}\r?\n[^\n]*screen name:?/i

export const chat: Exercise<ServerPeer> = {
  name: 'chat',
  transport: 'tcp',
  port: 5000,
  points: [
    {
      id: 'welcome',
      title: 'welcomes and asks for the screen name before the client has said anything',
      why: "The tutorial's client connects, receives once and shows it: what is sent later it never sees.",
      example: '02-banner',
      async run(peer) {
        const talk = await peer.connect()
        const words = '|-----␊Welcome to …␊-----␊Please enter your screen name:|'
        await talk.expectAnswer(WELCOME, words, NOT_TEXT)
      },
    },
    {
      id: 'logged-in',
      title: 'tells everybody who came, the newcomer too',
      why: 'Everybody has to know who is here; a loop over the others leaves out the one who came.',
      example: '17-broadcast',
      run: async (peer) => void (await two(peer)),
    },
    said('message', 'sends each message to everybody, its sender too', '17-broadcast', {
      why: 'The sender sees by it that the message has arrived, and where it stands among the others.',
      send: (ann) => ann.send('hello\n'),
    }),
    {
      id: 'crlf',
      title: 'takes CR LF for the end of a message (telnet)',
      why: 'A CR that is left in the message moves the cursor of everybody who reads it.',
      example: '05-framing',
      async run(peer) {
        const { ann, bob, annName } = await two(peer)
        await ann.send('hi\n')
        const [, end = ''] =
          ENDING.exec(await bob.expectAnswer(line(`${annName}::hi`), `|${annName}::hi␊|`)) ?? []
        await ann.expectAnswer(line(`${annName}::hi`), `|${annName}::hi␊|`)
        await ann.send('hello\r\n')
        // A server that ends its own lines with CR LF did so before: one CR more is the one that we sent.
        const unless = new RegExp(`::hello(?!${end})`)
        for (const person of [bob, ann]) {
          await person.expectAnswer(/::hello\r*\n/, `|${annName}::hello␊|`, unless)
        }
      },
    },
    said('split', 'puts together a message that comes one byte at a time', '05-framing', {
      why: 'TCP keeps no packet boundaries: one recv() may return a single letter, which is no message.',
      send: (ann) => ann.sendBytewise('hello\n'),
    }),
    said('utf8', 'carries an é whose two bytes come in two packets', '03-bytes-and-text', {
      why: 'A character may be split between two packets: decode whole lines, not what one recv() happens to return.',
      send: (ann) => ann.send(Uint8Array.of(0x68, 0xc3), Uint8Array.of(0xa9, 0x0a)),
      text: 'hé',
    }),
    {
      id: 'joined',
      title: 'takes a name and a message in one packet for two lines',
      why: 'One recv() may return more than one line: the name ends at the newline, not where the packet ends.',
      example: '05-framing',
      async run(peer) {
        const bob = await join(peer, name(peer, 'bob'))
        const ann = name(peer, 'ann')
        await (await arrive(peer)).send(`${ann}\nhello\n`)
        await bob.expectAnswer(line(`${ann}::hello`), `|${ann}::hello␊|`)
      },
    },
    {
      id: 'no-newline',
      title: 'takes a name and a message without newlines, with a pause in between',
      why: "Programs like the tutorials' own clients send no newline; waiting for one waits for ever.",
      example: '10-greeter',
      async run(peer) {
        const bob = await join(peer, name(peer, 'bob'))
        const ann = name(peer, 'ann')
        const talk = await arrive(peer)
        await talk.send(ann)
        await talk.expectAnswer(loggedIn(ann), `|${ann} logged in␊|`)
        await talk.pause(PAUSE_MS)
        await talk.send('hello')
        await bob.expectAnswer(line(`${ann}::hello`), `|${ann}::hello␊|`)
      },
    },
    {
      id: 'disconnected',
      title: 'tells everybody who has left',
      why: 'recv() returns no bytes when somebody is gone: that is the moment to take them off the list and say so.',
      example: '18-endings',
      async run(peer) {
        const { ann, bob, annName } = await two(peer)
        await ann.shutdown()
        await bob.expectAnswer(disconnected(annName), `|${annName} disconnected␊|`)
      },
    },
    {
      id: 'quit',
      title: 'lets go who says /quit, and tells the others',
      why: 'Somebody who has no Ctrl-C, or does not know it, must get out too.',
      example: '18-endings',
      async run(peer) {
        const { ann, bob, annName } = await two(peer)
        await ann.send('/quit\n')
        await ann.expectEndAfterAnything()
        await bob.expectAnswer(disconnected(annName), `|${annName} disconnected␊|`)
      },
    },
    {
      id: 'half-close',
      title: 'delivers the last message of somebody who ends right after it',
      why: 'What was sent before the end was said: a script that pipes its lines in ends at once.',
      example: '08-half-close',
      async run(peer) {
        const { ann, bob, annName } = await two(peer)
        await ann.sendLast('bye\n')
        const pattern = new RegExp(`${annName}::bye\\r?\\n(?:[\\s\\S]*\\n)?${annName} disconnected`, 'i')
        await bob.expectAnswer(pattern, `|${annName}::bye␊${annName} disconnected␊|`)
      },
    },
    staysUsable('reset', 'goes on after somebody whose connection is reset', '18-endings', {
      why: 'A client that crashes makes recv() or send() fail; an error that nobody catches ends the chat for everybody.',
      async disturb(peer) {
        await (await join(peer, name(peer, 'eve'))).reset()
      },
    }),
    staysUsable('slow-client', 'goes on beside somebody who connects and says nothing', '07-many-clients', {
      why: 'While recv() waits for the silent one, nobody else is served: one client can stop the whole chat.',
      disturb: async (peer) => void (await peer.connect()),
    }),
    staysUsable('long-input', 'goes on after a line of 20,000 bytes', '17-broadcast', {
      why: 'Anybody can send anything: a line without a limit fills the memory, or the screens of all the others.',
      async disturb(peer) {
        await (await join(peer, name(peer, 'eve'))).send(`${'x'.repeat(TOO_LONG)}\n`)
      },
    }),
    {
      id: 'console',
      title: 'says on its own screen who comes and goes',
      why: 'Who runs the server sees what happens only when it says so.',
      example: '17-broadcast',
      needs: 'output',
      async run(peer) {
        const talk = await peer.connect()
        await talk.answerIfAny()
        await talk.shutdown()
        talk.expecting('`Incoming Connection` and `client disconnecting` in its output')
        const both = /Incoming Connection[\s\S]*client disconnecting/i
        if (!both.test((await peer.output?.read((text) => both.test(text))) ?? ''))
          talk.fault('(not in its output)')
      },
    },
  ],
}

function name(peer: ServerPeer, who: string): string {
  return `${who}${peer.nextNumber()}`
}

/** Connects, and waits for the question. */
async function arrive(peer: ServerPeer): Promise<Talk> {
  const talk = await peer.connect()
  await talk.expectAnswer(/screen name/i, 'the question for the screen name')
  return talk
}

async function join(peer: ServerPeer, as: string): Promise<Talk> {
  const talk = await arrive(peer)
  await talk.send(`${as}\n`)
  await talk.expectAnswer(loggedIn(as), `|${as} logged in␊|`)
  return talk
}

/** Two people in the chat, who know of each other. */
async function two(peer: ServerPeer): Promise<{ ann: Talk; bob: Talk; annName: string }> {
  const [annName, bobName] = [name(peer, 'ann'), name(peer, 'bob')]
  const ann = await join(peer, annName)
  const bob = await join(peer, bobName)
  await ann.expectAnswer(loggedIn(bobName), `|${bobName} logged in␊|`)
  return { ann, bob, annName }
}

function line(text: string): RegExp {
  return new RegExp(`(?:^|\\n)${asPattern(text)}\\r?\\n`)
}

function loggedIn(who: string): RegExp {
  return new RegExp(`(?:^|\\n)${who} logged in`, 'i')
}

function disconnected(who: string): RegExp {
  return new RegExp(`(?:^|\\n)${who} disconnected`, 'i')
}

interface Said {
  readonly why: string
  readonly send: (ann: Talk) => Promise<void>
  /** What the others see. Default: hello. */
  readonly text?: string
}

function said(id: string, title: string, example: string, about: Said): Point<ServerPeer> {
  const { why, send, text = 'hello' } = about
  return {
    id,
    title,
    why,
    example,
    async run(peer) {
      const { ann, bob, annName } = await two(peer)
      await send(ann)
      for (const person of [bob, ann]) {
        await person.expectAnswer(line(`${annName}::${text}`), `|${annName}::${text}␊|`)
      }
    },
  }
}

function staysUsable(
  id: string,
  title: string,
  example: string,
  { why, disturb }: { readonly why: string; readonly disturb: (peer: ServerPeer) => Promise<void> },
): Point<ServerPeer> {
  const point = said(id, title, example, { why, send: (ann) => ann.send('hello\n') })
  return {
    ...point,
    async run(peer) {
      await disturb(peer)
      await point.run(peer)
    },
  }
}
