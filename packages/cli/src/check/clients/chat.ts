/** The client of the chat: reads the welcome, sends a name, and then shows what comes while the person types. */
import type { ClientPeer, Exercise } from '../point.ts'
import { meet, type Script, scriptPoints } from './script.ts'

const script: Script = {
  keys: 'ann\n',
  greeting:
    '-------------------------------------\nWelcome to Partyline\n-------------------------------------\nPlease enter your screen name:\n',
  request: {
    pattern: /\S/,
    words: 'a screen name',
    why: 'The first line is the name: until it comes, the server lets nobody in.',
    example: '16-talk-any-time',
  },
  answer: (name) => `${name.trim() || 'ann'} logged in\nbob::good morning\n`,
  shown: () => ['bob', 'good morning'],
}

export const chat: Exercise<ClientPeer> = {
  name: 'chat',
  transport: 'tcp',
  port: 5000,
  points: [
    ...scriptPoints(script),
    {
      id: 'says',
      title: 'sends what the person types',
      why: 'Keyboard and socket are both open all the time: neither may wait for the other.',
      example: '16-talk-any-time',
      async run(peer) {
        const { talk, answer } = await meet(peer, script)
        await talk.send(answer)
        peer.program?.type('hello\n')
        await talk.expectAnswer(/\S/, 'a message', undefined, peer.typingMs)
      },
    },
    {
      id: 'any-time',
      title: 'shows three messages in a row while nobody types',
      why: 'A program that waits for the keyboard between two messages takes turns; people do not.',
      example: '16-talk-any-time',
      needs: 'program',
      async run(peer) {
        const { talk, answer } = await meet(peer, script)
        const messages = ['one', 'two', 'three'].map((word) => `bob::number ${word}\n`)
        await talk.send(answer, ...messages)
        talk.expecting('on its screen all three')
        const { waitMs, signal } = peer.pace
        const seen = await peer.program?.writesWithin(waitMs, signal, (text) =>
          ['number one', 'number two', 'number three'].every((words) => text.includes(words)),
        )
        if (seen === false) talk.fault('(not on its screen)')
      },
    },
  ],
}
