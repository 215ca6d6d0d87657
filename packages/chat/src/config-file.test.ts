import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { SETTINGS } from './config.ts'
import { ConfigFileError, MAX_CONFIG_FILE, parseConfigFile, readConfigFile } from './config-file.ts'

async function refuses(text: string, message: string): Promise<void> {
  await assert.rejects(parseConfigFile(text, 'p.toml'), { name: 'ConfigFileError', message })
}

describe('parseConfigFile', () => {
  test('parseConfigFile gives each setting as a person would type it, with its line', async () => {
    const text = [
      '# Our club',
      'name = "Our Club"',
      '',
      'host = ["127.0.0.1", "192.168.1.7"]',
      'text-port = 7_000',
      '"web-port"=8080',
      'no-console = true',
      'rate-limit = false',
      "data = 'history'",
      'synchronous = """',
      'normal"""',
      'keep-days = 30',
    ].join('\r\n')
    const settings = await parseConfigFile(text, 'etc/p.toml')
    assert.deepEqual(
      [...settings].map(([name, { texts, line }]) => [name, line, ...texts]),
      [
        ['name', 2, 'Our Club'],
        ['host', 4, '127.0.0.1', '192.168.1.7'],
        ['text-port', 5, '7000'],
        ['web-port', 6, '8080'],
        ['no-console', 7, 'on'],
        ['rate-limit', 8, 'off'],
        ['data', 9, join('etc', 'history')],
        ['synchronous', 10, 'normal'],
        ['keep-days', 12, '30'],
      ],
    )
    assert.equal(settings.get('text-port')?.quoted, 'etc/p.toml:5: text-port = 7000')
  })

  test('parseConfigFile takes a folder from where the file is, and :memory: and / as they are', async () => {
    const dataOf = async (value: string, path: string): Promise<string | undefined> =>
      (await parseConfigFile(`data = ${JSON.stringify(value)}`, path)).get('data')?.texts[0]
    assert.equal(await dataOf('data', '/etc/p.toml'), '/etc/data')
    assert.equal(await dataOf('./data', 'partyline.toml'), 'data')
    assert.equal(await dataOf('/srv/chat', '/etc/p.toml'), '/srv/chat')
    assert.equal(await dataOf(':memory:', '/etc/p.toml'), ':memory:')
  })

  test('parseConfigFile takes a file without settings', async () => {
    for (const text of ['', '\n', '# nothing\n', '\uFEFF']) {
      assert.equal((await parseConfigFile(text.replace('\uFEFF', ''), 'p.toml')).size, 0)
    }
  })

  test('parseConfigFile refuses a key that is no setting, and says what was probably meant', async () => {
    await refuses('name = "x"\nprot = 1', 'p.toml:2: there is no setting "prot".')
    await refuses('text_port = 1', 'p.toml:1: there is no setting "text_port". Did you mean text-port?')
    await refuses('\n  hosts = "::1"', 'p.toml:2: there is no setting "hosts". Did you mean host?')
    await refuses('constructor = 1', 'p.toml:1: there is no setting "constructor".')
    await refuses('__proto__ = 1', 'p.toml:1: there is no setting "__proto__".')
    await refuses(String.raw`"pr\u006ft" = 1`, 'p.toml: there is no setting "prot".')
    const section = 'there is no setting "server". The settings stand in no section.'
    await refuses('name = "x"\n[server]\ntext-port = 1', `p.toml:2: ${section}`)
    await refuses('server.text-port = 1', `p.toml:1: ${section}`)
  })

  test('parseConfigFile refuses a value of the wrong kind with the key, what came and what is allowed', async () => {
    await refuses(
      'name = "x"\ntext-port = "5000"',
      'p.toml:2: text-port = "5000" is a text; text-port takes a number from 0 to 65535.',
    )
    await refuses('name = 7', 'p.toml:1: name = 7 is a number; name takes a text in quotes.')
    await refuses('data = true', 'p.toml:1: data = true is true or false; data takes a path in quotes.')
    await refuses('log = 1', 'p.toml:1: log = 1 is a number; log takes a word in quotes.')
    await refuses(
      'host = []',
      'p.toml:1: host = [] is a list; host takes an address in quotes, or a list of them.',
    )
    await refuses(
      'host = ["::1", 7]',
      'p.toml:1: host = ["::1",7] is a list; host takes an address in quotes, or a list of them.',
    )
    await refuses(
      'no-console = "yes"',
      'p.toml:1: no-console = "yes" is a text; no-console takes true or false.',
    )
    await refuses('rate-limit = 0', 'p.toml:1: rate-limit = 0 is a number; rate-limit takes true or false.')
    await refuses(
      'keep-days = 2026-11-01',
      'p.toml:1: keep-days = "2026-11-01" is a date; keep-days takes a whole number.',
    )
    await refuses(
      'text-port.min = 1',
      'p.toml:1: text-port = {"min":1} is a section; text-port takes a number from 0 to 65535.',
    )
    await refuses(
      `keep-days = "${'x'.repeat(100)}"`,
      `p.toml:1: keep-days = "${'x'.repeat(39)}... is a text; keep-days takes a whole number.`,
    )
  })

  test('parseConfigFile refuses what is no TOML, with the line', async () => {
    await assert.rejects(parseConfigFile('name = "x"\nname = "y"', 'p.toml'), {
      name: 'ConfigFileError',
      message: /^p\.toml:2: this is no TOML: .+\.$/,
    })
  })

  test('parseConfigFile takes every setting of the table', async () => {
    for (const { name, type, choices = ['x'] } of SETTINGS) {
      const isText = ['hosts', 'text', 'path', 'one-of'].includes(type)
      const value = isText ? `"${choices[0]}"` : ['port', 'integer'].includes(type) ? '1' : 'true'
      assert.ok((await parseConfigFile(`${name} = ${value}`, 'p.toml')).has(name), name)
    }
  })

  test('parseConfigFile answers any text with settings or a ConfigFileError', async () => {
    const names = fc.constantFrom(...SETTINGS.map(({ name }) => name), 'other', '[a]', '"')
    const values = fc.oneof(fc.string(), fc.json(), fc.constantFrom('1e9', 'inf', 'nan', '0x7', '1979-05-27'))
    const lines = fc.array(fc.tuple(names, values).map(([name, value]) => `${name} = ${value}`))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          lines.map((all) => all.join('\n')),
        ),
        async (text) => {
          const error = await parseConfigFile(text, 'p.toml').then(
            () => undefined,
            (reason: unknown) => reason,
          )
          assert.ok(error === undefined || error instanceof ConfigFileError, String(error))
        },
      ),
    )
  })
})

describe('readConfigFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'partyline-config-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  test('readConfigFile reads a file, and gives undefined when there is none', async () => {
    const settings = await readConfigFile(file('a.toml', 'text-port = 7000\n'))
    assert.deepEqual(settings?.get('text-port')?.texts, ['7000'])
    assert.equal(await readConfigFile(join(folder, 'none.toml')), undefined)
    assert.equal((await readConfigFile(file('bom.toml', '\uFEFFtext-port = 1\n')))?.size, 1)
  })

  test('readConfigFile says why it cannot read', async () => {
    const long = file('long.toml', '#'.repeat(MAX_CONFIG_FILE + 1))
    const latin = file('latin.toml', Uint8Array.of(0x23, 0xe4))
    for (const [path, message] of [
      [folder, `cannot read ${folder}: it is a folder.`],
      [long, `${long} is too long: at most 64 KiB.`],
      [latin, `${latin} is not UTF-8.`],
    ] as const) {
      await assert.rejects(readConfigFile(path), { name: 'ConfigFileError', message })
    }
    assert.equal((await readConfigFile(file('full.toml', '#'.repeat(MAX_CONFIG_FILE))))?.size, 0)
  })

  test('readConfigFile refuses what is no regular file, and does not wait for the writer of a named pipe', async () => {
    const pipe = join(folder, 'pipe.toml')
    execFileSync('mkfifo', [pipe])
    for (const path of [pipe, '/dev/zero', '/dev/null']) {
      const message = `cannot read ${path}: it is no regular file.`
      await assert.rejects(readConfigFile(path), { name: 'ConfigFileError', message })
    }
  })
})
