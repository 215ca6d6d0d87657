/**
 * What `.help` says: what a call does, how it is written, and how the tutorials write it. The words are the doc
 * comments of the library.
 */
import { didYouMean } from '@partyline/protocols'
import type { Declaration } from './declarations.ts'
import { PYTHON_CALLS } from './python.ts'

/** Lines are broken here, in characters. */
const WIDTH = 100

/** The commands of the REPL itself. */
export const REPL_COMMANDS: Readonly<Record<string, string>> = {
  '.help [NAME]': 'what there is; or what NAME does, like .help recv',
  '.break': 'forgets a statement that was begun',
  '.exit': 'leaves, as Ctrl-D does',
}

/** What one module has, under a heading of its own. */
export interface HelpGroup {
  readonly title: string
  readonly declarations: readonly Declaration[]
}

export class HelpTexts {
  readonly #groups: readonly HelpGroup[]
  readonly #all: readonly Declaration[]

  /** What is in two groups, under the same name and as the same kind, counts for the first. */
  constructor(groups: readonly HelpGroup[]) {
    const all = groups.flatMap(({ declarations }) => declarations)
    this.#all = all.filter(({ name, kind }, at) => {
      return all.findIndex((other) => other.name === name && other.kind === kind) === at
    })
    this.#groups = groups.map(({ title, declarations }) => ({
      title,
      declarations: declarations.filter((one) => this.#all.includes(one)),
    }))
  }

  /** Every name that help can be asked for, members as `TcpSocket.recv`. */
  get names(): readonly string[] {
    return [...new Set(this.#all.flatMap(({ name, members }) => [name, ...members.map((one) => one.name)]))]
  }

  /** The list of everything, in groups, and the commands. */
  overview(): string {
    const calls = this.#membersOf('Socket').map(({ name }) => localName(name))
    const types = this.#all.filter(isType).map(({ name }) => name)
    const values = this.#all.filter((one) => !isType(one)).map(({ name }) => name)
    return [
      ...this.#groups.flatMap(({ title, declarations }) => [
        ...group(title, declarations.filter((one) => !isType(one) && !isNumber(one)).map(nameOf)),
        ...group('  constants', declarations.filter(isNumber).map(nameOf)),
      ]),
      ...group('what the sockets of the tutorials can do', calls),
      ...group(
        'types, only for .help',
        types.filter((name) => !values.includes(name)),
      ),
      'commands',
      ...Object.entries(REPL_COMMANDS).map(([form, does]) => `  ${form.padEnd(14)}${does}`),
    ].join('\n')
  }

  /** What is known of a name: `recv`, `Socket.recv`, `socket.recv`, `SHUT_WR`. Else which name was probably meant. */
  on(topic: string): string {
    const found = this.#find(topic)
    if (found.length > 0) return found.map((one) => this.#text(one)).join('\n\n')
    const meant = this.meant(topic)
    return `There is no help on ${topic}.${meant === undefined ? ' .help lists what there is.' : ` Did you mean ${meant}?`}`
  }

  /** The name that was probably meant. */
  meant(topic: string): string | undefined {
    const words = [...new Set(this.names.flatMap((name) => [name, localName(name)]))]
    return didYouMean(topic, words) ?? didYouMean(localName(topic), words)
  }

  /** True when there is more to say on it than which name was meant. */
  has(topic: string): boolean {
    return this.#find(topic).length > 0
  }

  #find(topic: string): Declaration[] {
    // `socket` makes a `Socket`: who asks for one wants to know of both.
    const named = this.#all.filter(({ name }) => sameWord(name, topic))
    if (named.some(({ name }) => name === topic)) return named
    const [owner = '', member] = topic.split('.')
    // `socket.AF_INET` is the module's, `s.recv` has a socket of the reader's own before the point.
    if (member !== undefined) {
      const owners = this.#all.filter(({ name, members }) => members.length > 0 && sameWord(name, owner))
      const inOwner = owners
        .flatMap((one) => this.#withInherited(one))
        .filter(({ name }) => localName(name) === member)
      if (inOwner.length > 0) return [...new Set(inOwner)]
      return /^[a-z]/.test(owner) ? this.#find(member) : []
    }
    return ['Socket', 'TcpSocket', 'ByteStream', 'TcpListener', 'UdpSocket']
      .flatMap((name) => this.#all.filter((one) => one.name === name))
      .flatMap(({ members }) => members)
      .filter(({ name }) => localName(name) === topic)
  }

  /** Its own members, and those of what it extends. */
  #membersOf(name: string): Declaration[] {
    const found = this.#all.filter((one) => one.name === name)
    return [...new Set(found.flatMap((one) => this.#withInherited(one)))]
  }

  #withInherited({ members, extends: parents }: Declaration): Declaration[] {
    return [...members, ...parents.flatMap((parent) => this.#membersOf(parent))]
  }

  #text(declaration: Declaration): string {
    const { name, kind, signatures, doc } = declaration
    const owner = kind === 'member' ? `${name.slice(0, name.lastIndexOf('.'))}.` : ''
    const python = Object.hasOwn(PYTHON_CALLS, name) ? [`  In Python: ${PYTHON_CALLS[name]}`] : []
    const members = this.#withInherited(declaration).map((one) => localName(one.name))
    return [
      ...signatures.map((signature) => withOwner(signature, owner)),
      ...paragraphs(doc).map((line) => `  ${line}`.trimEnd()),
      ...python,
      ...(members.length === 0
        ? []
        : wrap(`It has: ${[...new Set(members)].join(' ')}`).map((line) => `  ${line}`)),
    ].join('\n')
  }
}

function isType({ kind }: Declaration): boolean {
  return kind === 'interface' || kind === 'type'
}

function isNumber({ kind, signatures: [signature = ''] }: Declaration): boolean {
  return kind === 'const' && / = \d+$/.test(signature)
}

function nameOf({ name }: Declaration): string {
  return name
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function sameWord(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** `Socket.recv(bufsize: number)`, `readonly TcpSocket.local: Address`. */
function withOwner(signature: string, owner: string): string {
  return signature.replace(
    /^((?:readonly |static |get )*)/,
    (words: string) => words.replace('static ', '') + owner,
  )
}

function group(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [title, ...wrap(names.join(' ')).map((line) => `  ${line}`)]
}

/** Lines of text are joined and broken anew; indented ones are samples and stay as they are. */
function paragraphs(doc: readonly string[]): string[] {
  const out: string[] = []
  let open: string[] = []
  const flush = (): void => {
    out.push(...wrap(open.join(' ')))
    open = []
  }
  for (const line of doc) {
    const isOfItsOwn = line === '' || /^ {4}/.test(line)
    if (isOfItsOwn || /^(?:@|- )/.test(line)) flush()
    if (isOfItsOwn) out.push(line)
    else open.push(line.trim().replace(/^@param (\S+)(?: -)?/, '$1:'))
  }
  flush()
  return out
}

function wrap(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 3 > WIDTH) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
