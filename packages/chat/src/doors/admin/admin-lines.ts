/**
 * What goes over the admin socket: lines of JSON. One object asks, `{"command":"kick bob too loud"}`, the next line
 * answers it, `{"ok":true,"lines":["bob was sent out"]}`.
 */
import type { OperatorAnswer } from '../console/operator-commands.ts'

/** The socket's name in the data folder. */
export const ADMIN_SOCKET = 'admin.sock'

/** The longest path that every system has room for, in bytes (macOS: 104 with the zero at the end; Linux: 108). */
export const MAX_SOCKET_PATH = 103

/** The longest line in either direction, in bytes: a full list of people fits. */
export const MAX_ADMIN_LINE: number = 4 * 1024 * 1024

export interface AdminRequest {
  /** As it would be typed at the console. */
  readonly command: string
}

/** An answer of the server; `error` is a word for programs, there when `ok` is false. */
export interface AdminReply {
  readonly ok: boolean
  readonly error?: string
  readonly lines: readonly string[]
  readonly people?: readonly { readonly name: string; readonly away?: string }[]
}

/** The command that a line asks for; undefined when it asks for none. */
export function parseAdminRequest(line: string): string | undefined {
  const value = parseJson(line)
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'command')) return undefined
  const { command } = value as { readonly command: unknown }
  return typeof command === 'string' ? command : undefined
}

/** A line without its ending. */
export function formatAdminReply({
  error,
  ...answer
}: Omit<OperatorAnswer, 'error'> & { error?: string }): string {
  return JSON.stringify(error === undefined ? { ok: true, ...answer } : { ok: false, error, ...answer })
}

/** What a line answers; undefined when it is no answer. */
export function parseAdminReply(line: string): AdminReply | undefined {
  const value = parseJson(line)
  return isReply(value) ? value : undefined
}

function isReply(value: unknown): value is AdminReply {
  if (typeof value !== 'object' || value === null) return false
  const { ok, lines } = value as { readonly ok?: unknown; readonly lines?: unknown }
  return typeof ok === 'boolean' && Array.isArray(lines) && lines.every((line) => typeof line === 'string')
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
