/**
 * Greeter: a name comes in, `Hi NAME` goes out.
 *
 * The failure: the name is what `recv` gave, and the Enter key is in it. Nobody sees it on a screen, but the answer to
 * nc is `Hi ann␊␊` and to telnet `Hi ann␍␊␊`: an empty line too many, and a name that is in no list of names.
 * A line is what stands before its ending; `readLine` takes both endings off.
 */
import { formatAddress, SocketError, TcpListener, type TcpSocket } from '@partyline/sockets'

const [port = '8001', host = '127.0.0.1'] = process.argv.slice(2)

/** A line; or, from a program that sends no newline at all, what is here when nothing more comes for 150 ms. */
async function receiveLine(socket: TcpSocket): Promise<string | null> {
  for (let had = 0; ; had = socket.buffered) {
    try {
      return await socket.readLine({ timeout: 150 })
    } catch (error) {
      if (!SocketError.is(error, 'timeout')) throw error // after a timeout every byte is still there
      if (had > 0 && had === socket.buffered) return String(socket.tryRecv(had))
    }
  }
}

const listener = await TcpListener.listen(Number(port), host)
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(
  async (socket) => {
    const name = await receiveLine(socket)
    if (name === null) return // hung up without a name
    await socket.send(`Hi ${name}\n`)
  },
  { onError: (error) => console.error(String(error)) },
)
