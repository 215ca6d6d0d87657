/**
 * What a package exports, with the signatures and the doc comments: read from its own files when somebody asks for
 * help, so that help cannot differ from the code. In a checkout these are the TypeScript sources, in an installed
 * package the declarations that the compiler made of them. Both have one fixed layout, which is all that is
 * understood here; it is no parser for anybody else's files.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An exported name or one of its members. */
export interface Declaration {
  /** `TcpSocket`, or `TcpSocket.recv` for a member. */
  readonly name: string
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'const' | 'member'
  /** As it is declared, on one line: `recv(max?: number, op?: Op): Promise<Buffer | null>`. Overloads are several. */
  readonly signatures: readonly string[]
  /** The doc comment, without its stars. Lines are as they were written. */
  readonly doc: readonly string[]
  /** Of an interface, a class, or a constant that is an object. */
  readonly members: readonly Declaration[]
  /** The interfaces whose members it has too. */
  readonly extends: readonly string[]
}

/** More files than this are not followed from one entry. */
const MAX_FILES = 200

/** Everything that a module of a package exports. `entry` is the file URL that an import of it resolves to. */
export function declarationsOf(entry: string): Declaration[] {
  const files = new Map<string, string>()
  const found = exportsOf(sourceOf(fileURLToPath(entry)), undefined, files)
  return found.filter(({ name, kind }, at) => {
    return found.findIndex((other) => other.name === name && other.kind === kind) === at
  })
}

/** Beside compiled JavaScript stand the declarations. */
function sourceOf(path: string): string {
  return path.replace(/\.js$/, '.d.ts')
}

/** The exports of a file: all, or those with these names. */
function exportsOf(
  path: string,
  wanted: readonly string[] | undefined,
  files: Map<string, string>,
): Declaration[] {
  const source = read(path, files)
  const isWanted = (name: string): boolean => wanted === undefined || wanted.includes(name)
  const own = ownDeclarations(source, path.endsWith('.d.ts') ? '    ' : '  ').filter(({ name }) =>
    isWanted(name),
  )
  const handedOn = [...source.matchAll(HANDED_ON)].flatMap(([, list, from = '']) => {
    const names = list?.split(',').map((name) => name.replace(/\btype\b/, '').trim())
    const some = names?.filter((name) => name !== '' && isWanted(name)) ?? wanted
    if (some?.length === 0) return []
    const next = join(dirname(path), from)
    return exportsOf(path.endsWith('.d.ts') ? next.replace(/\.ts$/, '.d.ts') : next, some, files)
  })
  return [...own, ...handedOn]
}

const HANDED_ON = /^export (?:type )?(?:\{([^}]*)\}|\*) from '(\.[^']*)';?$/gm

function read(path: string, files: Map<string, string>): string {
  const known = files.get(path)
  if (known !== undefined) return known
  if (files.size >= MAX_FILES || !existsSync(path)) return ''
  const source = readFileSync(path, 'utf8')
  files.set(path, source)
  return source
}

const DECLARED =
  /^export (?:declare |abstract |async )*(function\*?|class|interface|type|const) (\w+)(?: extends ([^{]*))?/gm

function ownDeclarations(source: string, indent: string): Declaration[] {
  return [...source.matchAll(DECLARED)].map(({ index, 1: word = '', 2: name = '', 3: parents = '' }) => {
    const kind = word.startsWith('function') ? 'function' : KINDS.get(word)
    if (kind === undefined) throw new Error(`no declaration begins with ${word}`)
    const head = declarationAt(source, index).replace(/^export (?:declare |async )*/, '')
    return {
      name,
      kind,
      signatures: [head.replace(/^function\*? /, '')],
      doc: docBefore(source, index),
      members: kind === 'function' || kind === 'type' ? [] : membersAt(source, index, indent, name),
      extends: kind === 'interface' || kind === 'class' ? (parents.match(/\b[A-Z]\w+/g) ?? []) : [],
    }
  })
}

const KINDS: ReadonlyMap<string, Declaration['kind']> = new Map([
  ['class', 'class'],
  ['interface', 'interface'],
  ['type', 'type'],
  ['const', 'const'],
])

function membersAt(source: string, index: number, indent: string, owner: string): Declaration[] {
  const opening = source.slice(index, source.indexOf('\n', index))
  if (!opening.endsWith('{') || opening.endsWith('= {')) return []
  const end = source.indexOf('\n}', index)
  const found = new Map<string, Declaration>()
  const member = new RegExp(
    `^${indent}(?=[a-z])(?:(?:readonly|static|override|async|get|set|declare) )*(\\w+)\\??[(:<]`,
    'gm',
  )
  member.lastIndex = index
  for (let match = member.exec(source); match !== null && match.index < end; match = member.exec(source)) {
    const [, name = ''] = match
    if (name === 'constructor') continue
    const doc = docBefore(source, match.index)
    const before = found.get(name)
    if ((doc.length === 0 && before === undefined) || doc.some((line) => line.includes('@internal'))) continue
    const signature = declarationAt(source, match.index).replace(/^(?:(?:override|async|declare) )+/, '')
    found.set(name, {
      name: `${owner}.${name}`,
      kind: 'member',
      signatures: [...(before?.signatures ?? []), signature],
      doc: before?.doc ?? doc,
      members: [],
      extends: [],
    })
  }
  return [...found.values()]
}

/** The declaration that begins here, on one line and without the body or value that follows. */
function declarationAt(source: string, index: number): string {
  const start = source.slice(index).search(/\S/) + index
  let depth = 0
  let at = start
  for (; at < source.length; at += 1) {
    if (depth === 0 && ENDS.some((end) => source.startsWith(end, at))) break
    if (depth === 0 && source[at] === '\n' && !/^\s*\|/.test(source.slice(at, at + 40))) break
    depth += step(source, at)
  }
  return source
    .slice(start, at)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([([]) | (?=[)\]])/g, '$1')
    .replaceAll(/[,;] ?(?=[)\]])/g, '')
    .replaceAll('; }', ' }')
    .replaceAll(/([:=]) \| /g, '$1 ')
    .replace(/:$/, '')
    .trim()
}

const ENDS = [';', ' {\n', ' = {\n', ' = [\n']

/** How much deeper this character goes. The `>` of an arrow closes nothing. */
function step(source: string, at: number): number {
  const character = source[at] ?? ''
  if ('([{'.includes(character)) return 1
  if (')]}'.includes(character)) return -1
  if (character === '<') return 1
  return character === '>' && source[at - 1] !== '=' ? -1 : 0
}

function docBefore(source: string, index: number): string[] {
  const [, comment = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(source.slice(0, index)) ?? []
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  while (lines[0]?.trim() === '') lines.shift()
  while (lines.at(-1)?.trim() === '') lines.pop()
  return lines.map((line, at) => (at === 0 ? line.trimStart() : line))
}
