/**
 * The greeter: a name in, a greeting with that name out. How the greeting is worded is its author's business: what
 * counts is a "hi" and, after it, the name that was sent, all of it and nothing else.
 */
import type { Exercise, Point, ServerPeer } from '../point.ts'
import type { Talk } from '../talk.ts'
import { say, withLineEnd } from './line-end.ts'
import { manners } from './manners.ts'

const PEOPLE = ['Ann', 'Bob'] as const

export const greeter: Exercise<ServerPeer> = {
  name: 'greeter',
  transport: 'tcp',
  port: 8001,
  points: [
    {
      id: 'greets',
      title: 'greets with the name that it got',
      why: 'What recv() returned has to go into the answer, and the answer has to be sent.',
      example: '10-greeter',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        await say(talk, ['Ann'], end)
        await expectGreeting(talk, 'Ann')
      }),
    },
    point('no-newline', 'greets a name without a newline', '10-greeter', {
      why: "Programs like the tutorial's own client send no newline; waiting for one waits for ever.",
      async talk(talk) {
        await talk.send('Ann')
        await expectGreeting(talk, 'Ann')
      },
    }),
    {
      id: 'name-alone',
      title: 'does not take the line ending for a part of the name',
      why: 'nc sends "Ann\\n" and telnet "Ann\\r\\n": unless the end is cut off, every comparison with the name fails later.',
      example: '10-greeter',
      run: greetsTheSameWith(['\n', '\r\n']),
    },
    point('split', 'greets a name that comes one byte at a time', '05-framing', {
      why: 'TCP keeps no packet boundaries: one recv() may return a part of the line, so it is read up to the newline.',
      async talk(talk) {
        await talk.sendBytewise('Ann\n')
        await expectGreeting(talk, 'Ann')
      },
    }),
    point('joined', 'takes two lines in one packet for two lines', '05-framing', {
      why: 'One recv() may return more than one line: the name ends at the newline, not where the packet ends.',
      async talk(talk) {
        await talk.send('Ann\nBob\n')
        await talk.expectAnswer(
          /\bhi\b[\s\S]*Ann/i,
          'a greeting for Ann alone',
          /Ann(?![\s\S]*\bhi\b[\s\S]*Bob)[\s\S]*Bob/i,
        )
      },
    }),
    point('utf8', 'greets Zoë, whose ë comes in two packets', '03-bytes-and-text', {
      why: 'A character may be split between two packets: decode whole lines, not what one recv() happens to return.',
      async talk(talk) {
        await talk.send(Uint8Array.of(0x5a, 0x6f, 0xc3), Uint8Array.of(0xab, 0x0a))
        await expectGreeting(talk, 'Zoë')
      },
    }),
    point('half-close', 'greets a client that ends its side right after the name', '08-half-close', {
      why: 'The end of the input also ends the line, and the client still waits for the answer.',
      async talk(talk) {
        await talk.sendLast('Ann')
        await expectGreeting(talk, 'Ann')
      },
    }),
    {
      id: 'closes',
      title: 'closes the connection after the greeting',
      why: 'The client sees the end of the conversation only by the close; without it, it waits for more.',
      example: '18-endings',
      run: withLineEnd(async (peer, end) => {
        const talk = await peer.connect()
        await say(talk, ['Ann'], end)
        await expectGreeting(talk, 'Ann')
        await talk.expectEnd()
      }),
    },
    ...manners(async (talk, { nth, end }) => {
      await say(talk, [PEOPLE[nth]], end)
      await expectGreeting(talk, PEOPLE[nth])
    }),
  ],
}

async function expectGreeting(talk: Talk, name: string): Promise<void> {
  await talk.expectAnswer(new RegExp(`\\bhi\\b[\\s\\S]*${name}`, 'i'), `|Hi ${name}␊|`)
}

/** The greeting must not depend on how the line ended: if it does, the end is in it. */
function greetsTheSameWith(ends: readonly ('\n' | '\r\n')[]): Point<ServerPeer>['run'] {
  return async (peer) => {
    let before: string | undefined
    for (const end of ends) {
      if (before !== undefined) await peer.fresh()
      const talk = await peer.connect()
      await talk.send(`Ann${end}`)
      const words = before === undefined ? '|Hi Ann␊|' : 'the same as on #1'
      const answer = await talk.expectAnswer(/Ann/i, words)
      if (before !== undefined && answer !== before) talk.fault('(not the same)')
      before = answer
      await talk.drop()
    }
  }
}

function point(
  id: string,
  title: string,
  example: string,
  { why, talk }: { readonly why: string; readonly talk: (talk: Talk) => Promise<void> },
): Point<ServerPeer> {
  return { id, title, why, example, run: async (peer) => talk(await peer.connect()) }
}
