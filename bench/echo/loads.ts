/**
 * What the load generator does: hand-written node:net and node:dgram, the same against both sides. Every load
 * checks what comes back, byte for byte or by count: a service that answers wrongly fails the run.
 */
import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import type { LoadName, Work } from './scenarios.ts'

const HOST = '127.0.0.1'
/** What `writeLines` gives to one write. */
const CHUNK = 65_536

/** Each does its work and resolves; rejects when an answer is wrong or missing. */
export const LOADS: Readonly<Record<LoadName, (port: number, work: Work) => Promise<void>>> = {
  roundTrips: (port, work) => inLanes(work, () => roundTrips(port, work)),
  drain: (port, work) => inLanes(work, () => drain(port, work)),
  writeLines: (port, work) => inLanes(work, () => writeLines(port, work)),
  datagrams: (port, work) => inLanes(work, () => datagrams(port, work)),
  hold: (port, work) => inLanes(work, () => hold(port, work)),
}

const held = new Set<Socket>()

/** Closes the connections that `hold` left open. */
export function release(): void {
  for (const socket of held) {
    socket.removeAllListeners()
    socket.on('error', () => {}) // their server may be gone already
    socket.destroy()
  }
  held.clear()
}

async function inLanes({ lanes, connections }: Work, once: () => Promise<void>): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let i = 0; i < connections; i++) await once()
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** Sends a message and waits for all of it to come back, `rounds` times; then ends and waits for the end. */
function roundTrips(port: number, { rounds, size }: Work): Promise<void> {
  const message = Buffer.alloc(size, 'abcdefghijklmnopqrstuvwxyz')
  return talk(port, (socket, finish) => {
    let left = rounds
    let got = 0
    socket.write(message)
    socket.on('data', (chunk: Buffer) => {
      if (!isAt(message, got, chunk)) {
        finish(false)
        socket.destroy()
        return
      }
      got += chunk.length
      if (got < message.length) return
      got = 0
      if (--left > 0) socket.write(message)
      else socket.end()
    })
    socket.on('close', () => finish(left === 0 && got === 0))
  })
}

/** Asks for `rounds` messages and reads them all. */
function drain(port: number, { rounds, size }: Work): Promise<void> {
  return talk(port, (socket, finish) => {
    let got = 0
    socket.write(`${rounds}\n`)
    socket.on('data', (chunk) => {
      got += chunk.length
    })
    socket.on('end', () => finish(got === rounds * size))
  })
}

/** Writes `rounds` lines of `size` bytes as fast as they are taken, and reads their count at the end. */
function writeLines(port: number, { rounds, size }: Work): Promise<void> {
  const line = `${'l'.repeat(size)}\n`
  const linesInChunk = Math.ceil(CHUNK / line.length)
  const chunk = Buffer.from(line.repeat(linesInChunk))
  return talk(port, (socket, finish) => {
    let left = rounds
    let answer = ''
    const write = (): void => {
      while (left >= linesInChunk) {
        left -= linesInChunk
        if (!socket.write(chunk)) return
      }
      if (left >= 0) socket.end(chunk.subarray(0, left * line.length))
      left = -1
    }
    socket.on('drain', write)
    socket.on('data', (text) => {
      answer += text.toString()
    })
    socket.on('end', () => finish(answer === `${rounds} ${rounds * size}`))
    write()
  })
}

/** Sends a datagram and waits for it to come back, `rounds` times. Loopback loses none when so few are under way. */
function datagrams(port: number, { rounds, size }: Work): Promise<void> {
  const message = Buffer.alloc(size, 'abcdefghijklmnopqrstuvwxyz')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = createSocket('udp4')
  let left = rounds
  socket.on('error', reject)
  socket.on('message', (data) => {
    if (!data.equals(message)) reject(new Error('what came back is not what was sent'))
    else if (--left > 0) socket.send(message)
    else socket.close(resolve)
  })
  socket.connect(port, HOST, () => socket.send(message))
  return promise
}

/** Opens a connection, makes one round trip so that the server is known to have it, and keeps it. */
function hold(port: number, { size }: Work): Promise<void> {
  const message = Buffer.alloc(size, 'abcdefghijklmnopqrstuvwxyz')
  return talk(port, (socket, finish) => {
    held.add(socket)
    socket.write(message)
    socket.once('data', (chunk: Buffer) => finish(chunk.equals(message)))
  })
}

/** A connection and its conversation; resolves when `finish(true)` is called, rejects for false and for errors. */
function talk(
  port: number,
  converse: (socket: Socket, finish: (isRight: boolean) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, noDelay: true })
    socket.on('error', reject)
    socket.on('connect', () => {
      converse(socket, (isRight) => {
        if (isRight) resolve()
        else reject(new Error('the connection ended before everything came back, or with something else'))
      })
    })
  })
}

function isAt(message: Buffer, at: number, chunk: Buffer): boolean {
  return (
    at + chunk.length <= message.length &&
    message.compare(chunk, 0, chunk.length, at, at + chunk.length) === 0
  )
}
