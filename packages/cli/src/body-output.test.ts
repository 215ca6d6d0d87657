import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileOutput, MemoryOutput, stdoutOutput } from './body-output.ts'
import { CommandError } from './failure.ts'
import { Transcript } from './testing/fake-io.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const NEVER = new AbortController().signal

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'partyline-output-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('fileOutput puts a file there when it is finished, and not before', async (t) => {
  const path = join(await folder(t), 'page.html')
  const output = await fileOutput(path)
  await output.write(bytes('hel'))
  await output.write(bytes('lo'))
  await assert.rejects(stat(path), { code: 'ENOENT' })
  await output.finish()
  assert.equal(await readFile(path, 'utf8'), 'hello')
  assert.deepEqual(await readdir(join(path, '..')), ['page.html'])
})

test('fileOutput leaves what was there as it is when the answer is discarded', async (t) => {
  const path = join(await folder(t), 'page.html')
  await writeFile(path, 'old')
  const output = await fileOutput(path)
  await output.write(bytes('new'))
  await output.discard()
  await output.discard()
  assert.equal(await readFile(path, 'utf8'), 'old')
  assert.deepEqual(await readdir(join(path, '..')), ['page.html'])
})

test('fileOutput replaces a file with its permissions, and the one behind a symbolic link', async (t) => {
  const dir = await folder(t)
  const [path, link] = [join(dir, 'page.html'), join(dir, 'link')]
  await writeFile(path, 'old')
  await chmod(path, 0o600)
  await symlink('page.html', link)
  const output = await fileOutput(link)
  await output.write(bytes('new'))
  await output.finish()
  assert.equal(await readFile(path, 'utf8'), 'new')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal(await readlink(link), 'page.html')
})

test('fileOutput writes to a device without replacing it', async () => {
  const output = await fileOutput('/dev/null')
  await output.write(bytes('gone'))
  await output.finish()
  assert.equal((await stat('/dev/null')).isCharacterDevice(), true)
  const other = await fileOutput('/dev/null')
  await other.discard()
  assert.equal((await stat('/dev/null')).isCharacterDevice(), true)
})

test('fileOutput says why a file cannot be written', async (t) => {
  const dir = await folder(t)
  for (const [path, code] of [
    [join(dir, 'none', 'page.html'), 'ENOENT'],
    [dir, 'EISDIR'],
    [join(dir, 'x'.repeat(300)), 'ENAMETOOLONG'],
  ] as const) {
    await assert.rejects(fileOutput(path), (error) => {
      assert.ok(error instanceof CommandError)
      assert.deepEqual([error.exitCode, error.message], [1, `cannot write ${path} (${code}).`])
      return true
    })
  }
})

test('MemoryOutput keeps what is written, up to its limit', async () => {
  const output = new MemoryOutput(5)
  await output.write(bytes('hel'))
  await output.write(bytes('lo'))
  assert.equal(output.bytes().toString(), 'hello')
  await assert.rejects(output.write(bytes('!')), (error) => {
    assert.ok(error instanceof CommandError)
    assert.equal(error.message, 'the answer has more than 5 bytes, too many for one object.')
    return true
  })
})

test('stdoutOutput writes bytes as they are when nobody could be hurt by them', async () => {
  for (const [isTTY, raw] of [
    [false, false],
    [true, true],
  ] as const) {
    const stdout = new Transcript(isTTY)
    const output = stdoutOutput({ stdout }, { raw, signal: NEVER })
    await output.write(bytes('\x1b[2J\0'))
    await output.finish()
    assert.equal(stdout.text, '\x1b[2J\0')
  }
})

test('stdoutOutput makes text harmless on a terminal, without waiting for lines, and ends the last one', async () => {
  const stdout = new Transcript(true)
  const output = stdoutOutput({ stdout }, { raw: false, signal: NEVER })
  await output.write(bytes('a\x1b[2Jb\r\nžl'))
  assert.equal(stdout.text, 'a␛[2Jb\nžl')
  await output.write(Uint8Array.of(0xc5))
  await output.write(Uint8Array.of(0xa5))
  await output.finish()
  assert.equal(stdout.text, 'a␛[2Jb\nžlť\n')
})

test('stdoutOutput refuses on a terminal what is no text', async () => {
  const stdout = new Transcript(true)
  const output = stdoutOutput({ stdout }, { raw: false, signal: NEVER })
  await assert.rejects(output.write(bytes('PNG\0')), /the answer is not text, and this is a terminal/)
  await output.discard()
  assert.equal(stdout.text, '')
})
