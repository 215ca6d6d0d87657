/**
 * The same services written by hand on node:net, node:dgram and node:readline, as an engineer who knows them
 * would: events and not iterators, back-pressure, no Nagle, half close, an error listener.
 */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Contender, MESSAGE } from './contender.ts'

export const node: Contender = {
  echo: () => serve(echo),
  sends: () => serve((socket) => void sends(socket)),
  lines: () => serve((socket) => void lines(socket)),

  async udpEcho() {
    const socket = createSocket('udp4')
    socket.on('error', fail)
    socket.on('message', (data, from) => {
      socket.send(data, from.port, from.address, (error) => {
        if (error !== null) fail(error)
      })
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return socket.address().port
  },
}

async function serve(handler: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', fail)
    handler(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return portOf(server)
}

function echo(socket: Socket): void {
  socket.on('data', (chunk) => {
    if (!socket.write(chunk)) socket.pause()
  })
  socket.on('drain', () => socket.resume())
  socket.on('end', () => socket.end())
}

async function sends(socket: Socket): Promise<void> {
  const [request] = await once(socket, 'data')
  const count = Number(request)
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve, reject) => {
      socket.write(MESSAGE, (error) => {
        if (error === null || error === undefined) resolve()
        else reject(error)
      })
    })
  }
  socket.end()
}

async function lines(socket: Socket): Promise<void> {
  let count = 0
  let length = 0
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    count++
    length += line.length
  }
  socket.end(`${count} ${length}`)
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('not a network address')
  return address.port
}

function fail(error: Error): never {
  throw error
}
