/**
 * What a package exports, and what its doc comments say, read from the source text: the compiler has no interface
 * for programs, and the sources have one form (`biome format`), which is all that is understood here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './samples.ts'

/** An exported name, and the file that declares it. */
export interface PublicName {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
}

/** A declaration or one of its members. */
export interface Documented {
  /** `TcpSocket`, `TcpSocket.connect`. */
  readonly name: string
  /** The words of its doc comment; empty when it has none. */
  readonly doc: string
}

/** Every name that a source file exports, its own and those it hands on. */
export function publicNames(entry: string): PublicName[] {
  const source = read(entry)
  const own = [...source.matchAll(DECLARATION)].map(([, name = '']) => ({ name, file: entry }))
  const handedOn = [...source.matchAll(/^export (?:type )?\{([^}]*)\} from '(.*)'$/gm)].flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.replace(/\btype\b/, '').trim())
        .filter((name) => name !== '')
        .map((name) => declared(name, relative(ROOT, join(ROOT, dirname(entry), from)))),
  )
  return [...own, ...handedOn].filter(
    ({ name }, i, all) => all.findIndex((other) => other.name === name) === i,
  )
}

/** The declarations of a name (a type and a value may share one), each followed by its public members. */
export function declarationsOf({ name, file }: PublicName): Documented[] {
  const source = read(file)
  return [...source.matchAll(DECLARATION)]
    .filter(([, found]) => found === name)
    .flatMap(({ index }) => {
      const doc = docBefore(source, index)
      return [
        { name, doc },
        ...membersAt(source, index).map((one) => ({ ...one, name: `${name}.${one.name}` })),
      ]
    })
}

/** The fields of an exported interface. */
export function fieldsOf(name: string, file: string): Documented[] {
  const start = read(file).indexOf(`export interface ${name} `)
  if (start === -1) throw new Error(`${file} has no interface ${name}`)
  return membersAt(read(file), start)
}

/** A constant of a source file, exported or not: its value as it is written. */
export function constantIn(file: string, name: string): string | undefined {
  return new RegExp(`^(?:export )?const ${name}(?:: \\w+)? = (.*?)(?: //.*)?$`, 'm').exec(read(file))?.[1]
}

const DECLARATION = /^export (?:declare |abstract |async )*(?:function\*?|class|interface|type|const) (\w+)/gm

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** Follows a name that a file hands on from another one. */
function declared(name: string, file: string): PublicName {
  if (!existsSync(join(ROOT, file))) return { name, file }
  return publicNames(file).find((one) => one.name === name) ?? { name, file }
}

function membersAt(source: string, index: number): Documented[] {
  const opening = source.slice(index, source.indexOf('\n', index))
  if (!/^export (?:declare |abstract )*(?:class|interface) .*\{$|^export const \w+: \{$/.test(opening))
    return []
  const end = source.indexOf('\n}', index)
  const members: Documented[] = []
  for (const found of source.slice(0, end).matchAll(MEMBER)) {
    const [text, name = ''] = found
    const isHidden =
      name === 'constructor' || name.startsWith('[') || /^ {2}(?:private|protected) /.test(text)
    if (found.index < index || isHidden) continue
    // Of overloads, and of a getter with its setter, the first speaks for all.
    if (!members.some((member) => member.name === name))
      members.push({ name, doc: docBefore(source, found.index) })
  }
  return members.filter(({ doc }) => !doc.includes('@internal'))
}

const MEMBER =
  /^ {2}(?:(?:readonly|static|override|async|get|set|private|protected) )*\*?(\w+|\[[\w.]+\])\??[(:<]/gm

/** The words of the comment that ends right before `index`. */
function docBefore(source: string, index: number): string {
  const [, comment = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(source.slice(0, index)) ?? []
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
