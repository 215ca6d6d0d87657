import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { EXIT_CODES } from './failure.ts'
import { GROUPS } from './groups.ts'
import { main } from './main.ts'
import { fakeIo } from './testing/fake-io.ts'

/** Runs a command line that is over at once. */
async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo()
  io.stdin.end()
  const code = await main(argv, io)
  return { code, out: io.stdout.text, err: io.stderr.text }
}

test('main prints the version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.deepEqual(await run('--version'), { code: 0, out: `partyline ${version}\n`, err: '' })
})

test('main prints the same list of commands for --help, -h and help', async () => {
  const { code, out, err } = await run('--help')
  assert.equal(code, 0)
  assert.equal(err, '')
  for (const { name, summary } of COMMANDS)
    assert.ok(out.includes(`  ${name.padEnd(10)}  ${summary}\n`), name)
  for (const heading of Object.values(GROUPS)) assert.match(out, new RegExp(`^${heading}:\n  [a-z]`, 'm'))
  assert.deepEqual(await run('-h'), { code, out, err })
  assert.deepEqual(await run('help'), { code, out, err })
})

test('main prints what each command takes, for --help, -h and help COMMAND', async () => {
  for (const { name, load } of COMMANDS) {
    const help = await run(name, '--help')
    assert.equal(help.code, 0)
    assert.match(help.out, new RegExp(`^partyline ${name}: .*\n\nUsage: partyline ${name} `))
    for (const flag of (await load()).flags) {
      const words = help.out.replaceAll(/\s+/g, ' ') // long ones go over several lines
      assert.ok(words.includes(flag.name) && words.includes(flag.help), flag.name)
      assert.ok(help.out.includes(flag.environment ?? ''), flag.name)
    }
    assert.deepEqual(await run('help', name), help)
    assert.deepEqual(await run(name, 'surplus', '--unknown', '-h'), help)
  }
})

test('main keeps the lines of its help within 110 columns', async () => {
  for (const argv of [['--help'], ['help', 'exit-codes'], ...COMMANDS.map(({ name }) => ['help', name])]) {
    const { out } = await run(...argv)
    for (const line of out.split('\n')) assert.ok(line.length <= 110, line)
  }
})

test('main prints every exit code for help exit-codes', async () => {
  const { code, out } = await run('help', 'exit-codes')
  assert.equal(code, 0)
  const listed = [...out.matchAll(/^ +(\d+) {2}(.+)$/gm)].map(([, number, meaning]) => [number, meaning])
  assert.deepEqual(listed, Object.entries(EXIT_CODES))
})

test('main names the command that was probably meant', async () => {
  assert.deepEqual(await run('sevre'), {
    code: 2,
    out: '',
    err: 'partyline: there is no command "sevre". Did you mean serve?\n  partyline help\n',
  })
  assert.deepEqual(await run('help', 'exitcodes'), {
    code: 2,
    out: '',
    err: 'partyline: there is no command "exitcodes". Did you mean exit-codes?\n  partyline help\n',
  })
  assert.deepEqual(await run('juggle'), {
    code: 2,
    out: '',
    err: 'partyline: there is no command "juggle".\n  partyline help\n',
  })
})

test('main takes the names of object properties for unknown commands and flags', async () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    assert.match((await run(name)).err, /^partyline: there is no command/)
    assert.match((await run('serve', `--${name}`)).err, /^partyline: unknown flag --/)
  }
})

test('main names the flag that was probably meant, for the command that was named and for none', async () => {
  const expected = {
    code: 2,
    out: '',
    err: 'partyline: unknown flag --prot. Did you mean --port?\n  partyline serve --help\n',
  }
  assert.deepEqual(await run('serve', '--prot', '5001'), expected)
  assert.deepEqual(await run('--prot', '5001'), expected)
  assert.deepEqual(await run('chat', '-x'), {
    code: 2,
    out: '',
    err: 'partyline: unknown flag -x.\n  partyline chat --help\n',
  })
})

test('main refuses words that a command has no use for', async () => {
  assert.deepEqual(await run('serve', '5001'), {
    code: 2,
    out: '',
    err: 'partyline: serve has no use for "5001".\n  partyline serve --help\n',
  })
  assert.match((await run('chat', 'a', '1', 'b')).err, /^partyline: chat has no use for "b"\.\n/)
})

test('main makes what was typed harmless before it quotes it', async () => {
  const { err } = await run('\u001b[31mred\n')
  assert.equal(err, 'partyline: there is no command "␛[31mred␊".\n  partyline help\n')
})

test('main writes what went wrong as an object on standard output for --json', async () => {
  const { code, out, err } = await run('connect', '--json', '127.0.0.1', '99999')
  assert.equal(code, 2)
  assert.equal(err, '')
  const { event, error, exitCode, message } = JSON.parse(out)
  assert.deepEqual([event, error, exitCode], ['error', 'usage', 2])
  assert.equal(message, '99999 is not a port. Ports go from 1 to 65535.')
})

test('main takes two words that are no command for a destination, and nc flags without a command', async () => {
  assert.match((await run('127.0.0.1', '99999')).err, /^partyline: 99999 is not a port/)
  assert.match((await run('-u', '127.0.0.1', '99999')).err, /^partyline: 99999 is not a port/)
  assert.match((await run('-l', '99999')).err, /^partyline: 99999 is not a port/)
})
