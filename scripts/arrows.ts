/**
 * Who may import whom: the picture of the house (docs/architecture.md) as a table. Arrows run downwards only.
 */

/** What the files of one room may import. A file belongs to the longest room that its path begins with. */
export interface Room {
  readonly room: string
  /** Other rooms whose files may be imported by path (inside a package). */
  readonly rooms?: readonly string[]
  /** Packages that may be imported by name; `node:` stands for Node's own modules. */
  readonly packages: readonly string[]
}

export const ROOMS: readonly Room[] = [
  { room: 'packages/sockets/src', packages: ['node:'] },
  { room: 'packages/protocols/src', packages: [] },
  { room: 'packages/chat/src/core', packages: [] },
  {
    room: 'packages/chat/src/doors',
    rooms: ['packages/chat/src/core'],
    packages: ['@partyline/protocols', '@partyline/sockets', 'node:'],
  },
  { room: 'packages/chat/src/stores', rooms: ['packages/chat/src/core'], packages: ['node:'] },
  { room: 'packages/chat/src/accounts', packages: ['node:'] },
  { room: 'packages/chat/src/buses', rooms: ['packages/chat/src/core'], packages: ['node:'] },
  {
    room: 'packages/chat/src',
    rooms: [
      'packages/chat/src/accounts',
      'packages/chat/src/buses',
      'packages/chat/src/core',
      'packages/chat/src/doors',
      'packages/chat/src/stores',
    ],
    // The libraries of its own are each imported by one file: config-file.ts, logs.ts, metrics.ts.
    packages: ['@partyline/protocols', '@partyline/sockets', 'node:', 'pino', 'prom-client', 'smol-toml'],
  },
  { room: 'packages/services/src', packages: ['@partyline/protocols', '@partyline/sockets', 'node:'] },
  {
    room: 'packages/cli/src',
    packages: [
      '@partyline/chat',
      '@partyline/protocols',
      '@partyline/services',
      '@partyline/sockets',
      'node:',
    ],
  },
  { room: 'examples', packages: ['@partyline/protocols', '@partyline/sockets', 'node:'] },
]

/** What a test may import besides. */
export const FOR_TESTS: readonly string[] = ['node:', 'fast-check', '@partyline/sockets']

/** One import in a file. */
export interface Import {
  /** As written. */
  readonly target: string
  /** False for `import type`, which is gone when the program runs. */
  readonly isValue: boolean
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm

/** The imports and re-exports in a TypeScript source. Comments are skipped. */
export function importsOf(source: string): Import[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(IMPORT)].map(([, isType, from, dynamic]) => ({
    target: from ?? dynamic ?? '',
    isValue: isType === undefined,
  }))
}

/** The room of a file, given by its path from the root. */
export function roomOf(path: string): Room | undefined {
  const rooms = ROOMS.filter(({ room }) => path.startsWith(`${room}/`))
  return rooms.sort((a, b) => b.room.length - a.room.length)[0]
}

/** Why this import is not allowed, or undefined when it is. `resolved`: the path of a relative import. */
export function complaint(path: string, target: string, resolved: string | undefined): string | undefined {
  const room = roomOf(path)
  if (room === undefined) return undefined
  if (resolved !== undefined) {
    if (isTest(path) && packageOf(path) === packageOf(resolved)) return undefined
    const other = roomOf(resolved)?.room
    const allowed = other === room.room || (other !== undefined && room.rooms?.includes(other) === true)
    return allowed ? undefined : `${path} imports ${resolved}, which is in a room above or beside it`
  }
  const packages = isTest(path) ? [...room.packages, ...FOR_TESTS] : room.packages
  const allowed = packages.some((name) =>
    name.endsWith(':') ? target.startsWith(name) : target === name || target.startsWith(`${name}/`),
  )
  return allowed ? undefined : `${path} imports ${target}, which ${room.room} may not`
}

/** Tests, and what stands in a folder for tests only. A test may use any file of its own package. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || (path.includes('/testing/') && !path.startsWith('packages/sockets/'))
}

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}
