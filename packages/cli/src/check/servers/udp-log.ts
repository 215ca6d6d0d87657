/**
 * The UDP log server: each datagram, of any size and with any bytes in it, becomes one line `time name level<TAB>
 * message`. Nothing of that comes back over the network: without the server's output only its survival is seen.
 */
import type { Datagrams } from '../datagrams.ts'
import type { Exercise, Output, Point, ServerPeer } from '../point.ts'

/** The largest datagram over IPv4: 65,535 bytes less the headers of IP and UDP (RFC 768, RFC 791). */
const LARGEST = 65_507
/** A system that refuses a datagram says so within this time on the same machine, in milliseconds. */
const REFUSAL_MS = 100
const MANY = 20

export const udpLog: Exercise<ServerPeer> = {
  name: 'udp-log',
  transport: 'udp',
  port: 1234,
  points: [
    survives('listens', 'listens for datagrams', 'hello', {
      why: 'A socket that is not bound gets nothing, and UDP does not tell the sender.',
    }),
    survives('empty', 'goes on after an empty datagram', '', {
      why: 'A datagram may be empty; in UDP no bytes are not the end of anything.',
    }),
    survives('bytes', 'goes on after bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28), {
      why: 'Anybody can send anything: decoding it may fail, and that must not end the log.',
      example: '03-bytes-and-text',
    }),
    survives('largest', 'goes on after the largest datagram (65,507 bytes)', 'x'.repeat(LARGEST), {
      why: 'The buffer decides how much of a datagram you see; one that is too small loses the rest, or fails.',
    }),
    logged('one-line', 'writes one line for a datagram', {
      why: 'A log is read line by line: one datagram, one line.',
      async run({ socket, output, mark }) {
        await socket.send(`${mark} hello`)
        await linesWith(mark, 1, output, socket)
      },
    }),
    logged('newline', 'writes one line for a datagram with a newline in it', {
      why: 'A newline that is written as it came lets a stranger write lines of your log.',
      async run({ socket, output, mark }) {
        await socket.send(`${mark} one\n${mark} forged`)
        const [line = ''] = await linesWith(mark, 1, output, socket)
        if (!line.includes(`${mark} forged`)) socket.fault('(the rest is missing)')
      },
    }),
    logged('control', 'writes no control bytes as they came', {
      why: 'An escape sequence in a log is carried out by the terminal of whoever reads it.',
      async run({ socket, output, mark }) {
        await socket.send(`${mark} \u001b[31m\u0007\r`)
        const [line = ''] = await linesWith(mark, 1, output, socket)
        if (/[\p{Cc}--\t]/v.test(line)) socket.fault('(as it came)')
      },
    }),
    logged('whole', 'writes the whole of a long datagram', {
      why: 'The buffer decides how much of a datagram you see; the rest of it is lost without a word.',
      async run({ socket, output, mark }) {
        await socket.send(`${mark} ${'x'.repeat(8000)} the end`)
        const [line = ''] = await linesWith(mark, 1, output, socket)
        if (!line.includes(`${'x'.repeat(8000)} the end`)) socket.fault('(not all of it)')
      },
    }),
    logged('all', `writes ${MANY} datagrams in their order`, {
      why: 'Each datagram is a record: the loop has to be back at recvfrom() before the next one comes.',
      async run({ socket, output, mark }) {
        for (let nth = 1; nth <= MANY; nth += 1) await socket.send(`${mark} ${nth}.`)
        const lines = await linesWith(mark, MANY, output, socket)
        if (lines.some((line, index) => !line.includes(`${mark} ${index + 1}.`)))
          socket.fault('(not in order)')
      },
    }),
    logged('format', 'writes time, name, level, a tab and the message', {
      why: 'Programs that read the log find the message behind the tab.',
      async run({ socket, output, mark }) {
        await socket.send(mark)
        const form = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S* \S+ +[A-Z]+\t/
        socket.expecting('|2026-11-20 16:04:32,123 udp_server      DEBUG␉…|')
        const [line = ''] = await linesWith(mark, 1, output, socket)
        if (!form.test(line)) socket.fault('(another form)')
      },
    }),
  ],
}

/** Sends it, and then looks whether somebody still listens. */
function survives(
  id: string,
  title: string,
  data: string | Uint8Array,
  { why, example = '14-udp-log' }: { readonly why: string; readonly example?: string },
): Point<ServerPeer> {
  return {
    id,
    title,
    why,
    example,
    async run(peer) {
      const socket = await peer.datagrams()
      socket.expecting('nothing, and the server goes on')
      for (const datagram of [data, 'still here?']) {
        await socket.send(datagram)
        await socket.next(REFUSAL_MS) // the refusal of an earlier datagram shows here, or in the next send
      }
    },
  }
}

interface Logged {
  readonly socket: Datagrams
  readonly output: Output
  /** A word that no other line has. */
  readonly mark: string
}

function logged(
  id: string,
  title: string,
  { why, run }: { readonly why: string; readonly run: (log: Logged) => Promise<void> },
): Point<ServerPeer> {
  return {
    id,
    title,
    why,
    example: '14-udp-log',
    needs: 'output',
    async run(peer) {
      const { output } = peer
      if (output === undefined) throw new TypeError('this point needs the output')
      await run({ socket: await peer.datagrams(), output, mark: `check-${peer.nextNumber()}:` })
    },
  }
}

/** The lines of the output with this mark, which must be `count`. */
async function linesWith(
  mark: string,
  count: number,
  output: Output,
  socket: Datagrams,
): Promise<readonly string[]> {
  socket.expecting(count === 1 ? 'one line with it in the log' : `${count} lines in the log`)
  const find = (text: string): string[] => text.split('\n').filter((line) => line.includes(mark))
  // Complete lines only: the last one of the output may still be growing.
  const lines = find(
    await output.read((text) => find(text.slice(0, text.lastIndexOf('\n') + 1)).length >= count),
  )
  for (const line of lines.slice(0, MANY)) socket.show(`${line}\n`)
  if (lines.length !== count) socket.fault(`(${lineCount(lines.length)} in the log)`)
  return lines
}

function lineCount(count: number): string {
  return count === 0 ? 'no line' : `${count} lines`
}
