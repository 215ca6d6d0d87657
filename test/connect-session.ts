/**
 * Plays a session of docs/connect.md against the real command:
 *
 *     $ printf 'TEXT' | partyline connect 127.0.0.1 8000      with the port of a server of ours
 *     | text                        stands on standard output; other lines on standard error; … is any text
 *     (exit code 0)
 *
 * The input ends when it has been written; over UDP when the answer is there, for which the command waits a second only.
 */
import assert from 'node:assert/strict'
import type { Child } from '../packages/cli/src/testing/child.ts'

/** The real ports of those that a page shows. */
export type Ports = ReadonlyMap<string, number>

export async function playSession(
  lines: readonly string[],
  ports: Ports,
  start: (args: readonly string[]) => Child,
): Promise<void> {
  const real = (text: string): string =>
    text.replaceAll(/\b\d{4,5}\b/g, (port) => String(ports.get(port) ?? port))
  const [command = '', ...shown] = lines.map(real)
  const [, input = '', words = ''] = /^\$ (?:printf '([^']*)' \| )?partyline (.*)$/.exec(command) ?? []
  await using child = start(words.split(' '))
  const output = shown.filter((line) => line.startsWith('| ')).map((line) => line.slice(2))
  child.process.stdin?.write(input)
  if (words.includes(' -u ')) await child.stdout.until(output.join('\n'))
  child.process.stdin?.end()
  const code = await child.exit
  const said = shown.filter((line) => !line.startsWith('| ') && !line.startsWith('(exit code '))
  assert.equal(child.stdout.text, output.join('\n'))
  assert.match(child.stderr.text, pattern(`${said.join('\n')}\n`))
  assert.equal(shown.at(-1), `(exit code ${code})`)
}

function pattern(shown: string): RegExp {
  const parts = shown.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
