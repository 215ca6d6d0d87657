/**
 * The names that are there when the REPL starts: the library, the tutorials' calls, and two kinds of stream for
 * trying things without a network.
 */
import { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as library from '@partyline/sockets'
import * as berkeley from '@partyline/sockets/berkeley'
import { memoryPair, scripted } from '@partyline/sockets/testing'

/**
 * The call and the module under one name, as the tutorials write both: `socket()`, and after Python's `import socket`
 * also `socket.socket()` and `socket.AF_INET`.
 */
const socket: typeof berkeley.socket & typeof berkeley = Object.assign(
  (...args: Parameters<typeof berkeley.socket>) => berkeley.socket(...args),
  berkeley,
)

/** What statements import under these names, wherever the program was started. */
const MODULES: ReadonlyMap<string, object> = new Map<string, object>([
  ['@partyline/sockets', library],
  ['@partyline/sockets/berkeley', socket],
  ['@partyline/sockets/testing', { memoryPair, scripted }],
])

/** Imports for statements: our own packages, Node's modules, and what is found from `folder`. */
export async function loadModule(specifier: string, folder: string): Promise<unknown> {
  const known = MODULES.get(specifier)
  if (known !== undefined || isBuiltin(specifier)) return known ?? import(specifier)
  return import(pathToFileURL(createRequire(join(folder, 'repl')).resolve(specifier)).href)
}

/**
 * Every name in scope. The library and the tutorials' module have only SocketError in common, which is the same
 * thing in both. `folder` is where `require` begins to look.
 */
export function scopeNames(folder: string): Record<string, unknown> {
  return {
    ...library,
    ...berkeley,
    socket,
    memoryPair,
    scripted,
    require: createRequire(join(folder, 'repl')),
  }
}
