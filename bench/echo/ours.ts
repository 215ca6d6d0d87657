/** The services written with @partyline/sockets, as its documentation would write them. */
import { type TcpListener as Listener, TcpListener, type TcpSocket, UdpSocket } from '@partyline/sockets'
import { type Contender, MESSAGE } from './contender.ts'

export const ours: Contender = {
  echo() {
    return serve(async (socket) => {
      for await (const chunk of socket) await socket.send(chunk)
    })
  },

  sends() {
    return serve(async (socket) => {
      const count = Number(await socket.readLine())
      for (let i = 0; i < count; i++) await socket.send(MESSAGE)
    })
  },

  lines() {
    return serve(async (socket) => {
      let lines = 0
      let length = 0
      for await (const line of socket.lines()) {
        lines++
        length += line.length
      }
      await socket.send(`${lines} ${length}`)
    })
  },

  async udpEcho() {
    const socket = await UdpSocket.bind(0, '127.0.0.1')
    void echoDatagrams(socket)
    return socket.local.port
  },
}

async function serve(handler: (socket: TcpSocket) => Promise<void>): Promise<number> {
  const listener = await TcpListener.listen(0, '127.0.0.1')
  void listener.serve(handler, {
    onError(error) {
      throw error
    },
  })
  return portOf(listener)
}

async function echoDatagrams(socket: UdpSocket): Promise<void> {
  for await (const { data, from } of socket) await socket.sendTo(data, from.port, from.host)
}

function portOf({ address }: Listener): number {
  if ('path' in address) throw new TypeError('not a network address')
  return address.port
}
