import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CommandError } from './failure.ts'
import { portNumber } from './flag-values.ts'
import { environmentName, type Flag, parseCommandLine } from './flags.ts'
import type { Environment } from './io.ts'

const FLAGS: readonly Flag[] = [
  {
    name: 'host',
    type: 'hosts',
    placeholder: 'ADDRESS',
    default: '127.0.0.1,::1',
    environment: 'P_HOST',
    help: 'h',
  },
  {
    name: 'text-port',
    type: 'port',
    placeholder: 'PORT',
    default: '5000',
    aliases: ['port'],
    environment: 'P_TEXT_PORT',
    help: 'p',
  },
  { name: 'name', type: 'text', environment: 'P_NAME', help: 'n' },
  { name: 'no-console', type: 'switch', default: 'off', environment: 'P_NO_CONSOLE', help: 'c' },
  { name: 'color', type: 'choice', help: 'colours' },
  { name: 'udp', short: 'u', type: 'switch', help: 'u' },
  { name: 'wire', short: 'x', type: 'wire', help: 'x' },
  { name: 'wait', short: 'w', type: 'seconds', least: 0.5, help: 'w' },
  { name: 'max', short: 'm', type: 'integer', least: 1, most: 100, help: 'm' },
  { name: 'output', short: 'o', type: 'path', help: 'o' },
  { name: 'header', short: 'H', type: 'texts', most: 8, help: 'H' },
]

function parse(args: readonly string[], env: Environment = {}): ReturnType<typeof parseCommandLine> {
  return parseCommandLine(FLAGS, args, env)
}

function refuses(args: readonly string[], message: string, env: Environment = {}): void {
  assert.throws(() => parse(args, env), { name: 'CommandError', exitCode: 2, message })
}

test('environmentName writes a flag as its variable', () => {
  assert.equal(environmentName('text-port'), 'PARTYLINE_TEXT_PORT')
})

test('parseCommandLine gives the defaults when nothing is said', () => {
  const { values, words, help } = parse([])
  assert.deepEqual(values.hosts('host'), ['127.0.0.1', '::1'])
  assert.equal(values.port('text-port'), 5000)
  assert.equal(values.text('name'), undefined)
  assert.equal(values.isOn('no-console'), false)
  assert.equal(values.choice('color'), undefined)
  assert.equal(values.isGiven('text-port'), false)
  assert.deepEqual(words, [])
  assert.equal(help, false)
})

test('parseCommandLine reads flags in every way they are written', () => {
  const { values, words } = parse([
    'a',
    '--text-port',
    '1',
    '--name=x y',
    'b',
    '--no-console',
    '--',
    '--name',
  ])
  assert.equal(values.port('text-port'), 1)
  assert.equal(values.text('name'), 'x y')
  assert.equal(values.isOn('no-console'), true)
  assert.equal(values.isGiven('text-port'), true)
  assert.deepEqual(words, ['a', 'b', '--name'])
  assert.equal(parse(['--port', '7']).values.port('text-port'), 7)
  assert.equal(parse(['--port', '7', '--text-port=8']).values.port('text-port'), 8)
  assert.equal(parse(['--name=-x']).values.text('name'), '-x')
})

test('parseCommandLine takes the last of --color and --no-color', () => {
  assert.equal(parse(['--color']).values.choice('color'), true)
  assert.equal(parse(['--no-color']).values.choice('color'), false)
  assert.equal(parse(['--no-color', '--color']).values.choice('color'), true)
})

test('parseCommandLine adds hosts up and forgets brackets and doubles', () => {
  const hosts = (...args: string[]): readonly string[] => parse(args).values.hosts('host')
  assert.deepEqual(hosts('--host', '0.0.0.0'), ['0.0.0.0'])
  assert.deepEqual(hosts('--host', '[::1], 10.0.0.1', '--host=::1', '--host', 'a.example'), [
    '::1',
    '10.0.0.1',
    'a.example',
  ])
})

test('parseCommandLine prefers the flag to the environment, and that to the default', () => {
  const env = { P_TEXT_PORT: '6000', P_NAME: 'from outside', P_HOST: '::', P_NO_CONSOLE: 'yes' }
  const { values } = parse(['--text-port', '7000'], env)
  assert.equal(values.port('text-port'), 7000)
  assert.equal(values.text('name'), 'from outside')
  assert.deepEqual(values.hosts('host'), ['::'])
  assert.equal(values.isOn('no-console'), true)
  assert.equal(parse([], env).values.port('text-port'), 6000)
  assert.equal(parse([], env).values.isGiven('text-port'), true)
})

test('parseCommandLine takes an empty variable for one that is not set, and ignores unknown ones', () => {
  const env = { P_TEXT_PORT: '', P_NAME: '', P_HOST: '', P_NO_CONSOLE: '', P_UNKNOWN: 'x' }
  const { values } = parse([], env)
  assert.equal(values.port('text-port'), 5000)
  assert.equal(values.text('name'), undefined)
  assert.equal(values.isOn('no-console'), false)
  assert.equal(values.isGiven('text-port'), false)
})

test('parseCommandLine reads switches in the environment', () => {
  for (const [word, isOn] of Object.entries({
    1: true,
    true: true,
    on: true,
    yes: true,
    YES: true,
    0: false,
    false: false,
    off: false,
    no: false,
  })) {
    assert.equal(parse([], { P_NO_CONSOLE: word }).values.isOn('no-console'), isOn, word)
  }
  refuses(
    [],
    'P_NO_CONSOLE=maybe is neither on nor off. Say 1, true, on or yes, or else 0, false, off or no.',
    {
      P_NO_CONSOLE: 'maybe',
    },
  )
})

test('parseCommandLine says which port is wrong, where it came from, and what is allowed', () => {
  for (const port of ['abc', '99999', '65536', '1.5', '0x50', ' 80', '5e3', '123456']) {
    const rest = 'is not a port. Ports go from 1 to 65535; 0 picks a free one.'
    refuses(['--text-port', port], `--text-port ${port} ${rest}`)
    refuses(['--port', port], `--port ${port} ${rest}`)
    refuses([], `P_TEXT_PORT=${port} ${rest}`, { P_TEXT_PORT: port })
  }
  refuses(['--text-port='], '--text-port "" is not a port. Ports go from 1 to 65535; 0 picks a free one.')
})

test('parseCommandLine says which host is wrong', () => {
  const allowed =
    'Give addresses of this machine without a port, like 127.0.0.1,::1, or 0.0.0.0 for all of them.'
  refuses(['--host', ''], `--host "" has an empty address. ${allowed}`)
  refuses(['--host', '127.0.0.1,,::1'], `--host 127.0.0.1,,::1 has an empty address. ${allowed}`)
  refuses(['--host', '[]'], `--host [] has an empty address. ${allowed}`)
  refuses(['--host', '127.0.0.1:5000'], `--host 127.0.0.1:5000 is not an address. ${allowed}`)
  refuses([], `P_HOST=a b is not an address. ${allowed}`, { P_HOST: 'a b' })
})

test('parseCommandLine says which text is wrong', () => {
  refuses(['--name='], '--name "" is empty.')
  refuses(['--name', ' '], '--name   is empty.')
  refuses(['--name', 'a\nb'], '--name a\nb has a line break or a control character in it.')
  assert.throws(() => parse(['--name', 'x'.repeat(201)]), /is too long: at most 200 characters/)
  assert.equal(parse(['--name', 'x'.repeat(200)]).values.text('name'), 'x'.repeat(200))
})

test('parseCommandLine says when a value is missing, or is one too many', () => {
  refuses(['--text-port'], '--text-port needs a value: --text-port PORT')
  refuses(['--name', '--no-console'], '--name needs a value: --name VALUE')
  refuses(['--no-console=yes'], '--no-console takes no value.')
  refuses(['--color=always'], '--color takes no value.')
})

test('parseCommandLine answers an unknown flag with the nearest one', () => {
  refuses(['--text-prot', '1'], 'unknown flag --text-prot. Did you mean --text-port?')
  refuses(['--no-colour'], 'unknown flag --no-colour. Did you mean --no-color?')
  refuses(['--hepl'], 'unknown flag --hepl. Did you mean --help?')
  refuses(['--frobnicate=1'], 'unknown flag --frobnicate.')
  refuses(['-p', '1'], 'unknown flag -p. Did you mean --port?')
})

test('parseCommandLine looks at nothing else when help is asked for', () => {
  for (const args of [['--help'], ['-h'], ['--text-port', 'abc', '--help'], ['--unknown', '-h']]) {
    assert.equal(parse(args, { P_TEXT_PORT: 'abc' }).help, true)
  }
  assert.equal(parse(['--', '--help']).help, false)
})

test('parseCommandLine gives values or a CommandError, whatever is typed', () => {
  const argument = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('--', '--name', '--port', '--host=', '-h'),
  )
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 5 }), (args) => {
      try {
        parse(args)
      } catch (error) {
        assert.ok(error instanceof CommandError && error.exitCode === 2)
      }
    }),
  )
})

test('FlagValues throws for a flag that the table does not have, or as another type', () => {
  const { values } = parse(['--name', 'x', '--color'])
  assert.throws(() => values.port('constructor'), TypeError)
  assert.throws(() => values.port('name'), TypeError)
  assert.throws(() => values.hosts('name'), TypeError)
  assert.throws(() => values.text('color'), TypeError)
  assert.throws(() => values.isOn('name'), TypeError)
})

test('portNumber reads 0 to 65535 in decimal digits', () => {
  assert.equal(portNumber('0'), 0)
  assert.equal(portNumber('65535'), 65_535)
  assert.equal(portNumber('00080'), 80)
  for (const text of ['', '65536', '-1', '+1', '1e3', '٣']) assert.equal(portNumber(text), undefined, text)
})

test('parseCommandLine reads short flags, alone, together and with their values', () => {
  const { values, words } = parse(['-ux', '-w3', 'host', '-m', '7', '-o', '-'])
  assert.equal(values.isOn('udp'), true)
  assert.equal(values.isOn('wire'), true)
  assert.equal(values.milliseconds('wait'), 3000)
  assert.equal(values.integer('max'), 7)
  assert.equal(values.path('output'), '-')
  assert.deepEqual(words, ['host'])
  assert.equal(parse(['-uw2.5']).values.milliseconds('wait'), 2500)
  assert.equal(parse([]).values.milliseconds('wait'), undefined)
  assert.equal(parse([]).values.isOn('wire'), false)
})

test('parseCommandLine takes a file after --wire=, and none otherwise', () => {
  const { values, words } = parse(['--wire=trace.txt', 'host'])
  assert.equal(values.isOn('wire'), true)
  assert.equal(values.path('wire'), 'trace.txt')
  assert.deepEqual(words, ['host'])
  assert.equal(parse(['--wire', 'host']).values.path('wire'), undefined)
  refuses(['--wire='], '--wire= is empty.')
})

test('parseCommandLine keeps every one of several texts', () => {
  assert.deepEqual(parse(['-H', 'a: 1', '--header', 'b: 2']).values.texts('header'), ['a: 1', 'b: 2'])
  assert.deepEqual(parse([]).values.texts('header'), [])
  refuses(['-H', 'a: 1234567'], '-H a: 1234567... is too long: at most 8 characters.')
  refuses(['-H', 'a\nb'], '-H a\nb has a line break or a control character in it.')
})

test('parseCommandLine refuses numbers that are none or out of their range', () => {
  for (const seconds of ['0', '0.4', '-1', 'x', '1e3', '9999999', '2147484', '']) {
    refuses(
      [`--wait=${seconds}`],
      `--wait ${seconds || '""'} is not a number of seconds from 0.5 to 2147483.`,
    )
  }
  for (const integer of ['0', '101', '1.5', 'x']) {
    refuses(['-m', integer], `-m ${integer} is not a whole number from 1 to 100.`)
  }
  refuses(['-m'], '-m needs a value: -m VALUE')
  refuses(['-w', '-u'], '-w needs a value: -w VALUE')
  refuses(['-ui'], 'unknown flag -i.')
  refuses([`-o${'x'.repeat(4097)}`], `-o ${'x'.repeat(57)}... is no path: too long, or with a NUL in it.`)
})
