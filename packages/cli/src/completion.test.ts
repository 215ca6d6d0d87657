import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { COMMANDS } from './commands.ts'
import { main } from './main.ts'
import { fakeIo } from './testing/fake-io.ts'

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo()
  const code = await main(argv, io)
  return { code, out: io.stdout.text, err: io.stderr.text }
}

async function script(shell: string): Promise<string> {
  const { code, out } = await run('completion', shell)
  assert.equal(code, 0)
  return out
}

/** Without the files of whoever runs the tests: a bash whose input is a socket reads ~/.bashrc for a script, too. */
const BASH = ['--norc', '--noprofile', '-c']
const { PATH } = process.env
const HAS_BASH = spawnSync('bash', [...BASH, 'true'], { env: { PATH } }).status === 0

test('completion completes commands, flags and words in bash', {
  skip: HAS_BASH ? false : 'there is no bash on this machine',
}, async () => {
  const bash = await script('bash')
  const complete = (...words: string[]): string[] => {
    const program = `${bash}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _partyline; echo "\${COMPREPLY[*]}"`
    const { stdout, stderr } = spawnSync('bash', [...BASH, program, 'bash', 'partyline', ...words], {
      env: { PATH },
    })
    assert.equal(String(stderr), '')
    return String(stdout).trim().split(/\s+/)
  }
  assert.deepEqual(complete('conn'), ['connect'])
  assert.deepEqual(complete('serve', '--text'), ['--text-port'])
  assert.deepEqual(complete('completion', 'f'), ['fish'])
  assert.deepEqual(complete('service', 'gr'), ['greeter'])
  assert.deepEqual(complete('help', 'exit'), ['exit-codes'])
})

test('completion knows every command and flag in each shell', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const text = await script(shell)
    for (const { name, load } of COMMANDS) {
      assert.ok(text.includes(name), `${name} in ${shell}`)
      for (const flag of (await load()).flags) {
        assert.ok(
          text.includes(shell === 'fish' ? `-l ${flag.name}` : `--${flag.name}`),
          `${flag.name} in ${shell}`,
        )
      }
    }
  }
})

test('completion says which shells there are', async () => {
  assert.deepEqual(await run('completion'), {
    code: 2,
    out: '',
    err: 'partyline: which shell? One of bash, zsh, fish.\n',
  })
  assert.deepEqual(await run('completion', 'bsh'), {
    code: 2,
    out: '',
    err: 'partyline: there is no completion for "bsh", only for bash, zsh, fish. Did you mean bash?\n',
  })
})
