/**
 * How the line services read. A line ends with LF, CR LF or the end of the stream; two lines in one packet are two,
 * one line in many packets is one. The tutorials' own clients send no newline at all, so until the first newline of
 * a connection 150 ms of silence end a line too (see `TextLineDecoder`). What telnet says about itself is taken out
 * and answered.
 */
import { type DecodedLine, TelnetDecoder, TextLineDecoder } from '@partyline/protocols'
import { type ByteStream, type Op, SocketError } from '@partyline/sockets'

/**
 * Every line to the end of the stream, at most 4096 bytes each; of a longer one only its length is told. `op` is
 * for each receive; a receive that runs out of time or is cancelled throws, what came before it is not lost.
 */
export async function* receiveLines(
  stream: ByteStream,
  op: Op = {},
): AsyncGenerator<DecodedLine, void, undefined> {
  const telnet = new TelnetDecoder()
  const lines = new TextLineDecoder({ pauses: 'before-newline' })
  for (;;) {
    const segment = await receive(stream, lines.pauseAfter, op)
    if (segment === null) break
    if (segment === 'silence') yield* lines.pause()
    else {
      const { data, reply } = telnet.feed(segment)
      if (reply.length > 0) await stream.send(reply)
      if (telnet.characterMode) lines.expectTypist()
      yield* lines.feed(data)
    }
  }
  yield* lines.end()
}

async function receive(
  stream: ByteStream,
  silence: number | undefined,
  op: Op,
): Promise<Buffer | null | 'silence'> {
  if (silence === undefined) return stream.recv(undefined, op)
  try {
    return await stream.recv(undefined, { ...op, timeout: silence })
  } catch (error) {
    if (SocketError.is(error, 'timeout')) return 'silence'
    throw error
  }
}
