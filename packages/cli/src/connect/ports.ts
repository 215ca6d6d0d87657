/** Ports as `-z` takes them: `80`, `http`, `8000-8010`, several of them. */
import { portOrService } from '../destination.ts'
import { CommandError } from '../failure.ts'

/** The ports that these words mean, in their order, each once. Rejects with a CommandError with exit code 2. */
export async function parsePorts(words: readonly string[], protocol: 'tcp' | 'udp'): Promise<number[]> {
  const ports = new Set<number>()
  for (const word of words) {
    const [, first, last] = /^(\d+)-(\d+)$/.exec(word) ?? []
    if (first === undefined || last === undefined) {
      ports.add(await portOrService(word, protocol))
      continue
    }
    const [from, to] = [await portOrService(first, protocol), await portOrService(last, protocol)]
    if (from > to) throw new CommandError(2, `${word} is no range of ports: ${first} is more than ${last}.`)
    for (let port = from; port <= to; port += 1) ports.add(port)
  }
  return [...ports]
}
