/** Who may connect: the block list, and how many connections one peer address may have. */
import type { BlockList, Socket as NodeSocket } from 'node:net'
import type { Address } from './address.ts'

export class Admission {
  readonly #block: BlockList | undefined
  readonly #maxPerAddress: number | undefined
  /** Open connections by peer address; counted only when there is a limit. */
  readonly #open = new Map<string, number>()

  constructor(block: BlockList | undefined, maxPerAddress: number | undefined) {
    this.#block = block
    this.#maxPerAddress = maxPerAddress
  }

  /** Why this peer is refused, or undefined when it is not. A Unix-domain peer never is. */
  refusal(remote: Address): string | undefined {
    if ('path' in remote) return undefined
    if (this.#block?.check(remote.host, remote.family === 4 ? 'ipv4' : 'ipv6') === true) return 'blocked'
    const open = this.#open.get(remote.host) ?? 0
    return this.#maxPerAddress !== undefined && open >= this.#maxPerAddress
      ? 'too many from this address'
      : undefined
  }

  /** Counts a connection until it is closed. */
  enter(node: NodeSocket, remote: Address): void {
    if (this.#maxPerAddress === undefined || 'path' in remote) return
    const { host } = remote
    this.#open.set(host, (this.#open.get(host) ?? 0) + 1)
    node.once('close', () => {
      const left = (this.#open.get(host) ?? 1) - 1
      if (left === 0) this.#open.delete(host)
      else this.#open.set(host, left)
    })
  }
}
