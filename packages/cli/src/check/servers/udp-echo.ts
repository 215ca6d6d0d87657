/** The echo server over UDP: each datagram goes back whole, as one datagram, to the one who sent it. */

import type { Datagrams } from '../datagrams.ts'
import type { Exercise, Point, ServerPeer } from '../point.ts'

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, value) => value)
/** The largest datagram over IPv4: 65,535 bytes less the headers of IP and UDP (RFC 768, RFC 791). */
const LARGEST = 65_507

export const udpEcho: Exercise<ServerPeer> = {
  name: 'udp-echo',
  transport: 'udp',
  port: 31_337,
  points: [
    point('echoes', 'sends a datagram back', {
      why: 'A sendto() that stands after the endless loop is never reached, and a client cannot tell that from a loss.',
      talk: (socket) => echoed(socket, 'hello'),
    }),
    point('again', 'goes on echoing', {
      why: 'There are no connections in UDP: each datagram is a request of its own, so the answer belongs into the loop.',
      async talk(socket) {
        for (const word of ['one', 'two', 'three']) await echoed(socket, word)
      },
    }),
    point('whole', 'sends back the whole of a datagram', {
      why: 'recvfrom(n) throws away what does not fit into n: recvfrom(1) keeps one byte of each datagram.',
      talk: (socket) => echoed(socket, `${'0123456789'.repeat(140)}.`),
    }),
    point('boundaries', 'answers two datagrams with two datagrams', {
      why: 'Unlike TCP, UDP keeps the boundaries: what came as two goes back as two.',
      async talk(socket) {
        await socket.send('one')
        await socket.send('two')
        await socket.expect('one')
        await socket.expect('two')
      },
    }),
    point('bytes', 'sends back every value that a byte can have', {
      why: 'A datagram carries bytes: what is decoded to text and encoded again comes back changed, or the program fails.',
      example: '03-bytes-and-text',
      talk: (socket) => echoed(socket, ALL_BYTES),
    }),
    point('empty', 'goes on after an empty datagram', {
      why: 'A datagram may be empty; in UDP no bytes are not the end of anything.',
      async talk(socket) {
        await socket.send('')
        await socket.send('still here?')
        await socket.expect('still here?', { mayBeEmptyFirst: true })
      },
    }),
    {
      id: 'largest',
      title: 'sends back the largest datagram (65,507 bytes)',
      why: 'The buffer decides how much of a datagram you see; the rest of it is lost without a word.',
      example: '13-udp-echo',
      async run(peer) {
        // On the way to another machine it would go in fragments, and a loss would be nobody's fault.
        await echoed(await peer.datagrams(), new Uint8Array(peer.isLocal ? LARGEST : 1400).fill(0x78))
      },
    },
    {
      id: 'two-clients',
      title: 'answers each client with its own datagrams',
      why: 'The address to answer is the one that recvfrom() returned with this datagram, not that of the first client.',
      example: '13-udp-echo',
      async run(peer) {
        const [ann, bob] = [await peer.datagrams(), await peer.datagrams()]
        await ann.send('ann')
        await bob.send('bob')
        await bob.expect('bob')
        await ann.expect('ann')
      },
    },
  ],
}

async function echoed(socket: Datagrams, data: string | Uint8Array): Promise<void> {
  await socket.send(data)
  await socket.expect(data)
}

function point(
  id: string,
  title: string,
  about: {
    readonly why: string
    readonly example?: string
    readonly talk: (socket: Datagrams) => Promise<void>
  },
): Point<ServerPeer> {
  const { why, example = '13-udp-echo', talk } = about
  return { id, title, why, example, run: async (peer) => talk(await peer.datagrams()) }
}
