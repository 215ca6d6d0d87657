/** The client of the UDP echo: sends a datagram and waits for it to come back, but not for ever. */
import type { Datagrams } from '../datagrams.ts'
import { seconds } from '../evidence.ts'
import type { ClientPeer, Exercise } from '../point.ts'

/** A pause that a client must bear, in milliseconds. */
const LATE_MS = 1000
/** Its own system says so within this time when a client has left, in milliseconds. */
const REFUSAL_MS = 50
/** A program may take so long until it sends, in milliseconds, and is looked at so often meanwhile. */
const START_MS = 10_000
const LOOK_MS = 200
/** A client may be more patient than we are, but not so many times. */
const PATIENCE = 3

export const udpEcho: Exercise<ClientPeer> = {
  name: 'udp-echo',
  transport: 'udp',
  port: 31_337,
  points: [
    {
      id: 'asks',
      title: 'sends a datagram',
      why: 'There is nothing to connect to in UDP: the first datagram is the first thing that a server sees.',
      example: '13-udp-echo',
      async run(peer) {
        const socket = await begin(peer)
        socket.expecting('a datagram')
        await socket.send(await first(peer, socket))
      },
    },
    {
      id: 'late',
      title: `waits for an answer that comes ${seconds(LATE_MS)} late`,
      why: 'A network is slow at times: what has not come yet is not the same as what does not come.',
      example: '13-udp-echo',
      async run(peer) {
        const socket = await begin(peer)
        const data = await first(peer, socket)
        socket.expecting('that it is still there')
        await peer.pause(LATE_MS)
        await socket.send(data)
        await socket.next(REFUSAL_MS)
      },
    },
    {
      id: 'shows',
      title: 'shows the answer',
      why: 'What was received and not printed, nobody sees.',
      example: '13-udp-echo',
      needs: 'program',
      async run(peer) {
        const socket = await begin(peer)
        await first(peer, socket)
        await socket.send('good morning')
        socket.expecting('on its screen |good morning|')
        const { waitMs, signal } = peer.pace
        const seen = await peer.program?.writesWithin(waitMs, signal, (text) => text.includes('good morning'))
        if (seen === false) socket.fault('(not on its screen)')
      },
    },
    {
      id: 'lost',
      title: 'does not wait for ever for an answer that does not come',
      why: 'UDP loses datagrams and tells nobody: without a time limit the client waits for something that is gone.',
      example: '13-udp-echo',
      needs: 'program',
      async run(peer) {
        const socket = await begin(peer)
        await first(peer, socket)
        peer.program?.endInput()
        socket.expecting('that it ends, or sends again')
        const patience = PATIENCE * peer.pace.waitMs
        const left = peer.program?.endsWithin(patience, peer.pace.signal) ?? Promise.resolve(true)
        const again = socket.next(patience).then((data) => data !== undefined)
        if (!(await Promise.race([left, again]))) socket.fault(`it still waits after ${seconds(patience)}`)
      },
    },
  ],
}

/** What the client sends first. A program has to start before that; one that has ended sends nothing more. */
async function first(peer: ClientPeer, socket: Datagrams): Promise<Buffer> {
  const { program, typingMs } = peer
  const patience = program === undefined ? typingMs : START_MS
  const began = performance.now()
  for (;;) {
    const data = await socket.next(program === undefined ? patience : LOOK_MS)
    if (data !== undefined) return data
    if (program?.ended !== undefined) socket.fault(`it ended (${program.ended})`)
    if (performance.now() - began >= patience) socket.fault(`nothing within ${seconds(patience)}`)
  }
}

/** The socket, and something for the client to send. */
async function begin(peer: ClientPeer): Promise<Datagrams> {
  peer.program?.type('hello\n')
  return peer.datagrams()
}
