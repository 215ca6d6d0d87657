/**
 * Where an answer goes that is fetched: to standard output, into a file, or into memory for an object. Each takes
 * the bytes no faster than it can, and a file is only there when it is whole.
 */
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CommandError } from './failure.ts'
import type { Io } from './io.ts'
import { openPeerView } from './terminal/peer-view.ts'

export interface BodyOutput {
  /** Resolves when there is room for more. Rejects with a CommandError when it cannot be written. */
  write(bytes: Uint8Array): Promise<void>
  /** The answer is whole. */
  finish(): Promise<void>
  /** It is not, and nothing more will come. Never rejects. */
  discard(): Promise<void>
}

/** Standard output: bytes as they are into a pipe, harmless text onto a terminal; no text is refused there. */
export function stdoutOutput(
  { stdout }: Pick<Io, 'stdout'>,
  options: { readonly raw: boolean; readonly signal: AbortSignal },
): BodyOutput {
  const view = openPeerView(stdout, { ...options, silent: false })
  const isText = options.raw || stdout.isTTY !== true
  return {
    async write(bytes) {
      if (!isText && bytes.includes(0)) throw notText()
      await view.show(bytes)
    },
    finish: async () => view.end(),
    discard: async () => view.end(),
  }
}

function notText(): CommandError {
  return new CommandError(1, 'the answer is not text, and this is a terminal.', [
    'Into a file:  -o FILE        As it is, whatever the terminal makes of it:  --raw',
  ])
}

/** Collects at most `max` bytes; more reject with a CommandError. */
export class MemoryOutput implements BodyOutput {
  readonly #max: number
  readonly #parts: Uint8Array[] = []
  #length = 0

  constructor(max: number) {
    this.#max = max
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#length += bytes.length
    if (this.#length > this.#max) {
      const most = this.#max.toLocaleString('en-US')
      throw new CommandError(1, `the answer has more than ${most} bytes, too many for one object.`, [
        'Into a file:  -o FILE',
      ])
    }
    this.#parts.push(bytes)
  }

  async finish(): Promise<void> {}

  async discard(): Promise<void> {}

  /** Everything that was written. */
  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/**
 * A file, written beside its place under a name of its own and put there when it is whole, so that a file that is
 * there already is replaced as a whole or not at all. What is no plain file (a device, a pipe) is written at once.
 * `secret`: only its owner can read it, also when one is there that others can; otherwise it follows that one, or the
 * umask. Rejects with a CommandError when it cannot be written.
 */
export async function fileOutput(
  path: string,
  { secret = false }: { readonly secret?: boolean } = {},
): Promise<BodyOutput> {
  try {
    const there = await stat(path).catch(notThere)
    if (there !== undefined && !there.isFile()) return new FileOutput(path, await open(path, 'w'), undefined)
    // Through a symbolic link, the file behind it is replaced and the link stays.
    const target = there === undefined ? path : await realpath(path)
    const beside = join(dirname(target), `.partyline-${randomUUID()}.part`)
    const mode = there === undefined ? 0o666 : there.mode & 0o777
    const file = await open(beside, 'wx', secret ? 0o600 : mode)
    return new FileOutput(path, file, { beside, target })
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

function notThere(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

class FileOutput implements BodyOutput {
  readonly #path: string
  readonly #file: FileHandle
  readonly #move: { readonly beside: string; readonly target: string } | undefined

  constructor(path: string, file: FileHandle, move: { beside: string; target: string } | undefined) {
    this.#path = path
    this.#file = file
    this.#move = move
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.writeFile(bytes)
    } catch (error) {
      throw cannotWrite(this.#path, error)
    }
  }

  async finish(): Promise<void> {
    try {
      await this.#file.close()
      if (this.#move !== undefined) await rename(this.#move.beside, this.#move.target)
    } catch (error) {
      throw cannotWrite(this.#path, error)
    }
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => {}) // it is thrown away
    if (this.#move !== undefined) await rm(this.#move.beside, { force: true }).catch(() => {})
  }
}

function cannotWrite(path: string, error: unknown): CommandError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new CommandError(1, `cannot write ${path} (${why}).`, [], error)
}
