import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Child, startNode } from './testing/child.ts'

const LAUNCHER = fileURLToPath(new URL('../bin/partyline.js', import.meta.url))

// Makes the launcher believe that an old Node.js runs it.
const OLD = `--import=data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
)}`

/** Says how it was started, then does what it is told by signals or by its input. */
const PROGRAM = `
import { getCompileCacheDir } from 'node:module'
process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(9) })
process.on('SIGINT', () => console.log('SIGINT'))
process.stdin.on('data', (data) => {
  const [word, value] = String(data).trim().split(' ')
  if (word === 'exit') process.exit(Number(value))
  if (word === 'die') process.kill(process.pid, value)
})
const { argv, execArgv, versions } = process
console.log(JSON.stringify({ args: argv.slice(2), execArgv, versions: versions.node, cache: getCompileCacheDir() }))
`

/** A copy of the launcher with a program of its own. `node`: what npm installed for each platform, if anything. */
function install(folder: string, node: string | undefined): string {
  const home = join(folder, 'partyline')
  mkdirSync(join(home, 'src'), { recursive: true })
  mkdirSync(join(home, 'bin'))
  cpSync(LAUNCHER, join(home, 'bin', 'partyline.js'))
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(home, 'src', 'bin.ts'), PROGRAM)
  for (const name of ['linux-x64', 'linux-arm64', 'bin-darwin-arm64', 'darwin-x64', 'win-x64']) {
    if (node === undefined) continue
    const bin = join(folder, 'node_modules', `node-${name}`, 'bin', 'node')
    mkdirSync(dirname(bin), { recursive: true })
    writeFileSync(join(dirname(dirname(bin)), 'package.json'), '{ "bin": { "node": "bin/node" } }')
    symlinkSync(node, bin)
  }
  return join(home, 'bin', 'partyline.js')
}

describe('bin/partyline.js', () => {
  const folder = mkdtempSync(join(tmpdir(), 'partyline-launcher-'))
  after(() => rmSync(folder, { recursive: true }))
  const launcher = install(join(folder, 'whole'), process.execPath)
  const broken = install(join(folder, 'broken'), '/nonexistent/loader/of/another/c-library')
  const alone = install(join(folder, 'alone'), undefined)
  // The compile cache is below it: in the system's own one there may be one of another user.
  const env = { TMPDIR: folder }
  const ways: readonly (readonly [name: string, start: (...args: string[]) => Child])[] = [
    ['the Node.js that runs it', (...args) => startNode([launcher, ...args], { env })],
    ['the Node.js that npm installed', (...args) => startNode([OLD, launcher, ...args], { env })],
  ]

  for (const [name, start] of ways) {
    test(`bin/partyline.js hands on arguments, input and exit code, with ${name}`, async () => {
      await using child = start('serve', '--name', 'a b', '', '--', '-x')
      await child.stdout.until('}\n')
      const { args, execArgv, versions, cache } = JSON.parse(child.stdout.text)
      assert.deepEqual(args, ['serve', '--name', 'a b', '', '--', '-x'])
      assert.deepEqual(execArgv, ['--conditions=partyline-source'])
      assert.equal(versions, process.versions.node)
      assert.equal(typeof cache, 'string', 'the program is compiled once, not each time')
      child.process.stdin?.write('exit 6\n')
      assert.equal(await child.exit, 6)
      assert.equal(child.stderr.text, '')
    })

    test(`bin/partyline.js hands on signals, with ${name}`, async () => {
      await using child = start()
      await child.stdout.until('}\n')
      child.process.kill('SIGINT')
      await child.stdout.until('SIGINT\n')
      child.process.kill('SIGTERM')
      assert.equal(await child.exit, 9)
      assert.match(child.stdout.text, /SIGINT\nSIGTERM\n$/)
    })

    test(`bin/partyline.js ends by the signal that ended the program, with ${name}`, async () => {
      for (const signal of ['SIGKILL', 'SIGHUP']) {
        await using child = start()
        await child.stdout.until('}\n')
        child.process.stdin?.write(`die ${signal}\n`)
        assert.equal(await child.exit, signal)
      }
    })
  }

  test('bin/partyline.js says what it needs when there is no Node.js that it can use', async () => {
    for (const path of [broken, alone]) {
      await using child = startNode([OLD, path, '--version'])
      assert.equal(await child.exit, 1)
      assert.equal(child.stdout.text, '')
      assert.equal(
        child.stderr.text,
        'partyline: this needs Node.js 24 or newer, and this is Node.js 20.20.2: install a newer one from https://nodejs.org.\n',
      )
    }
  })
})
