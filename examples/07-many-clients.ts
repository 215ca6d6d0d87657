/**
 * Many clients: answer the phone, let somebody else bake the pizza.
 *
 * The failure: a loop that accepts and then serves, one after the other. While caller 1 thinks, caller 2 is connected
 * (`nc -v` says "succeeded!": the system answered, from its queue) and hears nothing. The server says
 *     caller 1, caller 1 wants mushrooms, caller 2
 * where it should say `caller 2` as soon as the second one calls. `serve` runs one function for each caller.
 */
import { printable } from '@partyline/protocols'
import { formatAddress, TcpListener, type TcpSocket } from '@partyline/sockets'

const [port = '8000', host = '127.0.0.1'] = process.argv.slice(2)
let callers = 0

async function takeOrder(socket: TcpSocket): Promise<void> {
  callers += 1
  const caller = callers
  console.log(`caller ${caller}`)
  await socket.send('hello, which pizza?\n')
  const pizza = await socket.readLine()
  if (pizza === null) return
  console.log(`caller ${caller} wants ${printable(pizza)}`)
  await socket.send('it is in the oven\n')
}

const listener = await TcpListener.listen(Number(port), host)
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(takeOrder, { onError: (error) => console.error(String(error)) })
