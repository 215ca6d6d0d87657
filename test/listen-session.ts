/**
 * Plays a session of docs/listen.md against the real command, step by step:
 *
 *     $ partyline listen 5000       starts it (on a free port); `printf 'TEXT' |` before it is its input
 *     ann connects                  and `ends` (its sending side), `leaves`, `is refused`
 *     ann > text                    sends a line; `you > text` types one
 *     ann < text                    receives a line, or `(the end)`
 *     ann sends text                a datagram, and `ann gets text`
 *     | text                        stands on standard output, `* text` on standard error; … is any text
 *     ^C                            and `(exit code 0)`
 *
 * Other lines are what a command that fails says on standard error.
 */
import assert from 'node:assert/strict'
import { TcpSocket, UdpSocket } from '@partyline/sockets'
import type { Child } from '../packages/cli/src/testing/child.ts'

const SHOWN_PORT = '5000'

export class ListenSession implements AsyncDisposable {
  readonly #start: (args: readonly string[]) => Child
  #child: Child | undefined
  #port = 0
  readonly #clients = new Map<string, TcpSocket>()
  readonly #senders = new Map<string, UdpSocket>()

  constructor(start: (args: readonly string[]) => Child) {
    this.#start = start
  }

  async play(step: string): Promise<void> {
    const [, name = '', verb = '', rest = ''] =
      /^(\w+) (>|<|sends|gets|connects|ends|leaves|is refused)(?: (.*))?$/.exec(step) ?? []
    if (step.startsWith('$ ')) await this.#command(step.slice(2))
    else if (step === '^C') this.#running.process.kill('SIGINT')
    else if (step.startsWith('(exit code ')) assert.equal(`(exit code ${await this.#running.exit})`, step)
    else if (step.startsWith('| ')) await this.#running.stdout.until(this.#pattern(step.slice(2)))
    else if (verb === '') await this.#running.stderr.until(this.#pattern(step))
    else if (name === 'you') this.#running.process.stdin?.write(`${rest}\n`)
    else if (verb === 'sends' || verb === 'gets') await this.#datagram(name, verb, rest)
    else await this.#client(name, verb, rest.replaceAll('␛', verb === '>' ? '\u001b' : '␛'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#clients.values()) socket.abort()
    for (const socket of this.#senders.values()) await socket.close()
    await this.#child?.[Symbol.asyncDispose]()
  }

  get #running(): Child {
    assert.ok(this.#child !== undefined, 'a session begins with a command')
    return this.#child
  }

  async #command(line: string): Promise<void> {
    const [, input, words = ''] = /^(?:printf '([^']*)' \| )?partyline (.*)$/.exec(line) ?? []
    const args = [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare)
    this.#child = this.#start(args.map((arg) => (arg === SHOWN_PORT ? '0' : arg)))
    if (input !== undefined) this.#child.process.stdin?.end(input.replaceAll('\\n', '\n'))
    if (!args.includes(SHOWN_PORT)) return
    await this.#child.stderr.until(/listening on .*:\d+/)
    this.#port = Number(/listening on .*:(\d+)/.exec(this.#child.stderr.text)?.[1])
  }

  async #client(name: string, verb: string, text: string): Promise<void> {
    if (verb === 'connects') {
      this.#clients.set(name, await TcpSocket.connect(this.#port, '127.0.0.1'))
    } else if (verb === 'is refused') {
      await assert.rejects(TcpSocket.connect(this.#port, '127.0.0.1'), { code: 'refused' })
    } else {
      const socket = this.#clients.get(name)
      assert.ok(socket !== undefined, `${name} has not connected`)
      if (verb === '>') await socket.send(`${text}\n`)
      else if (verb === 'ends') await socket.shutdown()
      else if (verb === 'leaves') await socket.close()
      else assert.equal((await socket.readLine()) ?? '(the end)', text)
    }
  }

  async #datagram(name: string, verb: string, text: string): Promise<void> {
    const socket =
      this.#senders.get(name) ?? (await (await UdpSocket.bind()).connect(this.#port, '127.0.0.1'))
    this.#senders.set(name, socket)
    if (verb === 'sends') await socket.send(`${text}\n`)
    else assert.equal(String((await socket.recvFrom()).data), `${text}\n`)
  }

  /** A whole line, with the real port for the shown one. */
  #pattern(line: string): RegExp {
    const parts = line.replaceAll(SHOWN_PORT, String(this.#port)).split('…')
    return new RegExp(
      `^${parts.map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('.*')}$`,
      'm',
    )
  }
}
