/** The wire view: takes events, makes them text or JSON, and writes that to standard error, standard output or a file. */
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { CommandError } from '../failure.ts'
import type { Io, Output } from '../io.ts'
import { jsonLine } from '../report.ts'
import { wantsColour } from '../terminal/colour.ts'
import { writeLines } from '../terminal/open-lines.ts'
import type { WireEvent } from './events.ts'
import { WireText } from './format.ts'
import { wireObject } from './json.ts'
import { SocketObserver } from './observe.ts'

/** Above so many unread characters events are left out and counted: a slow reader must not fill our memory. */
const MAX_UNREAD = 8 * 1024 * 1024

export interface ViewOptions {
  readonly io: Pick<Io, 'stdout' | 'stderr' | 'env'>
  /** Written to instead of a stream: created for its owner only, or appended to. `-` is standard output. */
  readonly file?: string | undefined
  readonly form: 'text' | 'json'
  /** Where to without a file. */
  readonly to: 'stdout' | 'stderr'
  /** What `--color` says. */
  readonly color?: boolean | undefined
}

/** Somewhere events are shown. */
export class WireView {
  readonly #output: Output
  readonly #file: FileEnd | undefined
  readonly #form: (event: WireEvent) => string
  #omitted = 0
  #last = 0

  constructor(output: Output, form: (event: WireEvent) => string, file?: FileEnd) {
    this.#output = output
    this.#form = form
    this.#file = file
  }

  show(event: WireEvent): void {
    this.#last = event.at
    if (this.#output.destroyed || this.#output.writableLength > MAX_UNREAD) {
      this.#omitted++
      return
    }
    this.#tellOmitted(event.at)
    const text = this.#form(event)
    if (text !== '') writeLines(this.#output, text)
  }

  #tellOmitted(at: number): void {
    if (this.#omitted === 0 || this.#output.destroyed) return
    const news = { kind: 'omitted', events: this.#omitted } as const
    this.#omitted = 0
    writeLines(this.#output, this.#form({ at, news }))
  }

  /** Waits until what was shown is written, where there is much of it; not after `stop` has aborted. */
  async room(stop: AbortSignal): Promise<void> {
    if (!this.#output.writableNeedDrain || this.#output.destroyed) return
    const over = new AbortController()
    const signal = AbortSignal.any([stop, over.signal])
    const events = [once(this.#output, 'drain', { signal }), once(this.#output, 'close', { signal })]
    await Promise.race(events.map(ignored))
    over.abort()
  }

  /** Shows no more, and writes a file to its end. */
  async stop(): Promise<void> {
    this.#tellOmitted(this.#last)
    await this.#file?.close()
  }
}

/** Its end is what is waited for, not its outcome. */
function ignored(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => {})
}

interface FileEnd {
  close(): Promise<void>
}

/** Opens a view. Rejects with a CommandError with exit code 1 for a file that cannot be written. */
export async function openView({ io, file, form, to, color }: ViewOptions): Promise<WireView> {
  const isFile = file !== undefined && file !== '-'
  const stream = file === '-' ? io.stdout : io[to]
  const isColoured = !isFile && form === 'text' && wantsColour(color, io.env, stream)
  const format = form === 'json' ? jsonForm : textForm(isColoured)
  return isFile ? openFileView(file, format, io) : new WireView(stream, format)
}

async function openFileView(
  path: string,
  format: (event: WireEvent) => string,
  { stderr }: ViewOptions['io'],
): Promise<WireView> {
  // What goes over the wire may be a password: nobody else may read it.
  const handle = await open(path, 'a', 0o600).catch((error: unknown) => {
    throw unwritable(path, error)
  })
  const output = handle.createWriteStream()
  const closed = ignored(once(output, 'close'))
  output.on('error', (error) => stderr.write(`partyline: ${unwritable(path, error).message}\n`))
  const close = async (): Promise<void> => {
    output.end()
    await closed
  }
  return new WireView(output, format, { close })
}

function unwritable(path: string, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const words = REASONS.get(code) ?? code
  return new CommandError(1, `cannot write ${path}: ${words}.`, [], error, { file: path })
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'there is no such folder'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'not permitted'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
])

function jsonForm(event: WireEvent): string {
  return `${jsonLine(wireObject(event))}\n`
}

function textForm(isColoured: boolean): (event: WireEvent) => string {
  const text = new WireText()
  return (event) => {
    const lines = text.lines(event)
    const colour = COLOURS.get(lines[0]?.[0])
    if (colour === undefined) return ''
    return isColoured ? `${colour}${lines.join('\n')}\u001b[39m\n` : `${lines.join('\n')}\n`
  }
}

/** By direction: yellow goes out, cyan comes in, and what happened is grey. */
const COLOURS: ReadonlyMap<string | undefined, string> = new Map([
  ['>', '\u001b[33m'],
  ['<', '\u001b[36m'],
  ['*', '\u001b[90m'],
])

/** A view of what the sockets of one piece of work do. */
export interface Wire {
  /** Does the work that is shown: its sockets, and those that follow from it. */
  run<Result>(task: () => Result): Result
  /** Ends the view; a file is written to its end. */
  stop(): Promise<void>
}

/** Starts views of the same work; their time begins now. Rejects as `openView` does. */
export async function startWire(options: readonly ViewOptions[]): Promise<Wire> {
  const views = await openViews(options)
  const observer = new SocketObserver(
    () => performance.now(),
    (event) => {
      for (const view of views) view.show(event)
    },
  )
  return {
    run: (task) => observer.run(task),
    async stop() {
      observer.stop()
      await Promise.all(views.map((view) => view.stop()))
    },
  }
}

/** Opens several views, or none of them. */
export async function openViews(options: readonly ViewOptions[]): Promise<WireView[]> {
  const views: WireView[] = []
  try {
    for (const each of options) views.push(await openView(each))
    return views
  } catch (error) {
    await Promise.all(views.map((view) => view.stop()))
    throw error
  }
}
