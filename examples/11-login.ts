/**
 * Login: one answer for everything that is wrong. The password itself is still readable on the wire: see lesson 19.
 *
 * The failure: `wrong name` for bob, `wrong password` for admin. Meant kindly, it tells a stranger that admin exists,
 * and half of the work is done. So does an answer that comes sooner when the name is wrong.
 */
import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { formatAddress, TcpListener } from '@partyline/sockets'

const [port = '8002', host = '127.0.0.1'] = process.argv.slice(2)

// Not the password (12345), but what scrypt makes of it: a stolen list lets nobody in.
const PEOPLE = new Map([['admin', { salt: 'h7Qk', hash: 'gdZ/kpDjcCq0DbMKl37GEGqma8/Xx1izD+2jws4WLBs=' }]])
const NOBODY = { salt: 'x2Lw', hash: 'A'.repeat(43) }
const derive = promisify<string, string, number, Buffer>(scrypt)

async function isRight(name: string, password: string): Promise<boolean> {
  const { salt, hash } = PEOPLE.get(name) ?? NOBODY // the same work, whoever it is
  const derived = await derive(password, salt, 32)
  return timingSafeEqual(derived, Buffer.from(hash, 'base64')) && PEOPLE.has(name)
}

const listener = await TcpListener.listen(Number(port), host)
console.log(`Listening on ${formatAddress(listener.address)}`)
await listener.serve(
  async (socket) => {
    for (let tries = 1; tries <= 3; tries += 1) {
      const [name, password] = [await socket.readLine(), await socket.readLine()]
      if (name === null || password === null) return
      if (await isRight(name, password)) return socket.send(`hello ${name}, welcome to the server\n`)
      await socket.send('wrong name or password\n')
    }
  },
  { onError: (error) => console.error(String(error)) },
)
