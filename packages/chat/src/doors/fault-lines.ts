/** An error of ours as lines for the log, with its stack; harmless whatever somebody's words are in it. */
import { inspect } from 'node:util'
import { printable } from '@partyline/protocols'

export function faultLines(what: string, error: unknown): readonly string[] {
  return `${what}: ${inspect(error)}`.split('\n').map((line) => printable(line))
}
