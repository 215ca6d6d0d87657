/**
 * The operator's door for other programs of this machine: a Unix socket in the data folder that only the folder's
 * owner may use. `partyline admin` comes in here. Whoever may open the socket may do what the operator may.
 */
import { chmod, lstat, unlink } from 'node:fs/promises'
import { SocketError, TcpListener, TcpSocket } from '@partyline/sockets'
import { OPERATOR } from '../../core/permissions.ts'
import { type OperatorContext, runOperatorCommand } from '../console/operator-commands.ts'
import { faultLines } from '../fault-lines.ts'
import type { Log } from '../log.ts'
import { parseCommand } from '../typed-command.ts'
import { formatAdminReply, MAX_SOCKET_PATH, parseAdminRequest } from './admin-lines.ts'

export interface AdminDoorOptions extends Omit<OperatorContext, 'actor'> {
  /** Where the socket is to be. */
  readonly path: string
  readonly log: Log
}

export interface AdminDoor {
  readonly path: string
  /** Answers what was asked, then closes. Removes the socket. Idempotent; never rejects. */
  close(): Promise<void>
}

/** Connections at once; further ones are reset. */
const MAX_CONNECTIONS = 16
/** The longest request, in bytes. */
const MAX_REQUEST = 8192
/** Milliseconds that a connection may be silent, that a reply may take, and that closing may take. */
const SILENCE = 60_000
const REPLY = 10_000
const DRAIN = 1000

/**
 * Opens the door; undefined when it cannot be had, which is logged: a chat works without it. A socket that a server
 * left behind when it was killed is taken over.
 */
export async function openAdminDoor(options: AdminDoorOptions): Promise<AdminDoor | undefined> {
  const { path, log } = options
  const without = (why: string): undefined => {
    log(`no partyline admin: ${why}`, 'warn')
  }
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    return without(`the path of its socket is longer than ${MAX_SOCKET_PATH} bytes (${path})`)
  }
  try {
    const listener = await listenAt(path)
    if (listener === undefined) return without(`another program uses ${path}`)
    await chmod(path, 0o600)
    void listener.serve((socket, { signal }) => converse(socket, options, signal), {
      onError: (error) => onFault(error, log),
    })
    return { path, close: () => listener.close({ drain: DRAIN }) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return without(error.message)
  }
}

async function listenAt(path: string): Promise<TcpListener | undefined> {
  const options = { path, maxConnections: MAX_CONNECTIONS }
  try {
    return await TcpListener.listen(options)
  } catch (error) {
    if (!SocketError.is(error, 'address-in-use')) throw error
    if (!(await isLeftBehind(path))) return undefined
    await unlink(path)
    return TcpListener.listen(options)
  }
}

/** True for a socket that nobody listens at any more; never for a file that is something else. */
async function isLeftBehind(path: string): Promise<boolean> {
  if (!(await lstat(path)).isSocket()) return false
  try {
    // Without a limit: the system itself answers such a call, at once. A limit could only be reached because this
    // process was held up, and would take a socket that was left behind for one that is used.
    const socket = await TcpSocket.connect({ path })
    socket.abort()
    return false
  } catch (error) {
    return SocketError.is(error, 'refused')
  }
}

async function converse(socket: TcpSocket, options: AdminDoorOptions, signal: AbortSignal): Promise<void> {
  const op = { max: MAX_REQUEST, timeout: SILENCE, signal }
  try {
    for (let line = await socket.readLine(op); line !== null; line = await socket.readLine(op)) {
      await answer(line, socket, options)
    }
  } catch (error) {
    if (!SocketError.is(error)) throw error
    if (error.code !== 'limit') return // hung up, silent for too long, or we are closing
    const lines = [`a request has at most ${MAX_REQUEST} bytes`]
    await reply(socket, formatAdminReply({ error: 'bad-request', lines }))
  }
}

async function answer(line: string, socket: TcpSocket, { chat, quit, log }: AdminDoorOptions): Promise<void> {
  const command = parseAdminRequest(line)
  if (command === undefined) {
    const lines = ['a request is a line like {"command":"who"}']
    return reply(socket, formatAdminReply({ error: 'bad-request', lines }))
  }
  const ending: (() => void)[] = []
  const context = { chat, actor: OPERATOR, quit: () => ending.push(quit) }
  const result = runOperatorCommand(command, context)
  // Only the command's name, which is one of ours: what people write is not logged.
  const done = result.error === 'unknown-command' ? '' : `${parseCommand(command).name.toLowerCase()}: `
  log(`admin: ${done}${result.error ?? 'done'}`)
  await reply(socket, formatAdminReply(result))
  if (ending.length === 0) return
  await socket.flush({ timeout: REPLY }).catch(() => {}) // the server ends even if nobody waits for the answer
  quit()
}

async function reply(socket: TcpSocket, line: string): Promise<void> {
  await socket.send(`${line}\n`, { timeout: REPLY })
}

// What the network did is no news to anybody; everything else is a fault of ours.
function onFault(error: unknown, log: Log): void {
  if (SocketError.is(error)) return
  for (const line of faultLines('an admin connection ended by a fault of the server', error))
    log(line, 'error')
}
