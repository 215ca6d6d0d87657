import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as library from '@partyline/sockets'
import * as berkeley from '@partyline/sockets/berkeley'
import * as testing from '@partyline/sockets/testing'
import { type Declaration, declarationsOf } from './declarations.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const ENTRIES = ['index', 'berkeley', 'testing/index'] as const

function ofSource(entry: (typeof ENTRIES)[number]): Declaration[] {
  return declarationsOf(pathToFileURL(join(ROOT, 'packages/sockets/src', `${entry}.ts`)).href)
}

test('declarationsOf finds every exported name of the sockets, with its words', () => {
  for (const [entry, exported] of [
    ['index', library],
    ['berkeley', berkeley],
    ['testing/index', testing],
  ] as const) {
    const declarations = ofSource(entry)
    const found = new Set(declarations.map(({ name }) => name))
    const missing = Object.keys(exported).filter((name) => !found.has(name))
    assert.deepEqual(missing, [], entry)
    const silent = declarations.flatMap((one) => [one, ...one.members]).filter(({ doc }) => doc.length === 0)
    assert.deepEqual(silent, [], entry)
    const nameless = declarations
      .flatMap((one) => [one, ...one.members])
      .filter(({ signatures }) => signatures.length === 0 || signatures.includes(''))
    assert.deepEqual(nameless, [], entry)
  }
})

test('declarationsOf reads signatures on one line, with all overloads', () => {
  const [socket] = ofSource('index').filter(({ name, kind }) => name === 'TcpSocket' && kind === 'const')
  const connect = socket?.members.find(({ name }) => name === 'TcpSocket.connect')
  assert.deepEqual(connect?.signatures, [
    'connect(port: number, host?: string, options?: ConnectOptions): Promise<TcpSocket>',
    'connect(options: ConnectOptions): Promise<TcpSocket>',
  ])
  const [stream] = ofSource('index').filter(({ name }) => name === 'ByteStream')
  const until = stream?.members.find(({ name }) => name === 'ByteStream.recvUntil')
  assert.deepEqual(until?.signatures, [
    'recvUntil(delimiter: Data, op: Op & { readonly max: number; readonly keep?: boolean | undefined }): Promise<Buffer>',
  ])
})

test('declarationsOf says the same of the declarations in a package as of the sources they were made from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'partyline-declarations-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const files = ENTRIES.map((entry) => join(ROOT, 'packages/sockets/src', `${entry}.ts`))
    const rootDir = join(ROOT, 'packages/sockets/src')
    const compilerOptions = { emitDeclarationOnly: true, outDir: join(folder, 'dist'), rootDir }
    const config = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: folder })
    for (const entry of ENTRIES) {
      // The compiler leaves default values out of the signatures.
      const built = declarationsOf(pathToFileURL(join(folder, 'dist', `${entry}.js`)).href)
      assert.deepEqual(built.map(words), ofSource(entry).map(words), entry)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function words({ name, kind, doc, members, extends: parents }: Declaration): unknown {
  return { name, kind, doc, parents, members: members.map((one) => [one.name, one.doc]) }
}

test('declarationsOf finds nothing in a file that is not there', () => {
  assert.deepEqual(declarationsOf('file:///nowhere/index.js'), [])
})
