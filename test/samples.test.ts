/** The machinery that runs the samples of the docs: a sample that is wrong must not pass. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertShown, runSample, type Sample, samplesIn, startSample, typeErrorsOf } from './samples.ts'

test('samplesIn finds each code block with its language, its other words, and its line', () => {
  const page = [
    '# Title',
    '```ts server',
    'one()',
    '',
    'two()',
    '```',
    'words',
    '~~~',
    '```',
    '~~~',
    '',
  ].join('\n')
  assert.deepEqual(samplesIn(page), [
    { lang: 'ts', info: 'server', code: 'one()\n\ntwo()', line: 3 },
    { lang: '', info: '', code: '```', line: 9 },
  ])
})

test('samplesIn throws for a code block without an end, and says where it begins', () => {
  assert.throws(() => samplesIn('words\n```ts\none()\n', 'docs/page.md'), /^Error: docs\/page\.md:2: /)
})

test('runSample gives the line `const port` a free port, and shows the written one in the output', async () => {
  const code = `import { TcpListener } from '@partyline/sockets'
const port = 5000
await using listener = await TcpListener.listen(port)
console.log('port' in listener.address && listener.address.port === port, port, 'Listening on :' + port)`
  assert.equal(await runSample(sampleOf(code)), 'true 5000 Listening on :5000')
})

test('runSample hands on its input', async () => {
  const code = `for await (const bytes of process.stdin) console.log('read', String(bytes))`
  assert.equal(await runSample(sampleOf(code), { input: 'hello' }), 'read hello')
})

test('runSample throws for a sample that throws, with the line of the page', async () => {
  const failing = { ...sampleOf(`const text: string = 'no such thing'\nthrow new Error(text)`), line: 40 }
  await assert.rejects(runSample(failing), /ended with code 1[\s\S]*:41\n[\s\S]*Error: no such thing/)
})

test('runSample throws for a sample that writes to its standard error or exits with another code', async () => {
  await assert.rejects(runSample(sampleOf(`console.error('hm')`)), /hm/)
  await assert.rejects(runSample(sampleOf('process.exit(3)')), /code 3/)
})

test('startSample gives the lines of a running sample one by one, and kills it when it is disposed of', async () => {
  await using running = await startSample(sampleOf(`console.log('one\\ntwo')\nsetInterval(() => {}, 1000)`))
  assert.equal(await running.line(), 'one')
  for await (const line of running) {
    assert.equal(line, 'two')
    break
  }
})

test('assertShown takes … for any text within a line, and nothing else for anything but itself', () => {
  assertShown('port 40123 (ok)\ndone', text('port … (ok)\ndone'))
  assertShown('', undefined)
  assert.throws(() => assertShown('port 1\nand more\ndone', text('port …\ndone')), /AssertionError/)
  assert.throws(() => assertShown('aXb', text('a.b')), /AssertionError/)
  assert.throws(() => assertShown('something', undefined), /AssertionError/)
})

test('typeErrorsOf says what is wrong with the types of a page, and where', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'partyline-page-'))
  try {
    const page = join(folder, 'page.md')
    const right = `import { resolve } from '@partyline/sockets'\nconsole.log((await resolve('::1'))[0]?.family)`
    await writeFile(page, `# Page\n\`\`\`ts\n${right}\n\`\`\`\n`)
    assert.equal(await typeErrorsOf(page), '')
    await writeFile(page, `# Page\n\`\`\`ts\nconst port: string = 5000\nconsole.log(port)\n\`\`\`\n`)
    assert.match(await typeErrorsOf(page), /^line-3\.mts\(3,7\): error TS2322: /)
  } finally {
    await rm(folder, { recursive: true })
  }
})

function sampleOf(code: string): Sample {
  return { lang: 'ts', info: '', code, line: 1 }
}

function text(code: string): Sample {
  return { lang: 'text', info: '', code, line: 1 }
}
