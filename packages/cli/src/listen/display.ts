/**
 * Where the clients' bytes are shown: untouched in a pipe and with `--raw`, line by line and harmless on a terminal,
 * not at all with `--json`, where standard output belongs to the events.
 */
import { once } from 'node:events'
import type { Output } from '../io.ts'
import { dim } from '../terminal/colour.ts'
import { ShownText } from './shown-text.ts'

/** After so many milliseconds of silence inside a line, a terminal shows the part that came: it may be a prompt. */
const PAUSE_MS = 150

/** What shows the bytes of one client. */
export interface View {
  /** Resolves when there is room for more. */
  data(bytes: Uint8Array): Promise<void>
  /** The client is gone: shows what is left. */
  end(): Promise<void>
}

export interface Display {
  /** True where bytes become lines, false where they stay as they are. */
  readonly inLines: boolean
  /** `label` stands before each line where more than one client is here. */
  view(label: string): View
}

/** Writes and waits until there is room; once `signal` has aborted nobody waits for a reader that sleeps. */
export async function writeAll(
  output: Output,
  data: Uint8Array | string,
  signal: AbortSignal,
): Promise<void> {
  if (output.destroyed || output.write(data) || signal.aborted) return
  await once(output, 'drain', { signal }).catch(() => {}) // stopped, or the output broke
}

const NO_VIEW: View = { data: async () => {}, end: async () => {} }

/** Shows nothing. */
export const NO_DISPLAY: Display = { inLines: false, view: () => NO_VIEW }

/** Bytes as they come. */
export function rawDisplay(stdout: Output, signal: AbortSignal): Display {
  const view: View = { data: (bytes) => writeAll(stdout, bytes, signal), end: async () => {} }
  return { inLines: false, view: () => view }
}

export interface LinesOptions {
  /** Shows one line. Resolves when there is room for the next. */
  readonly print: (line: string) => Promise<void>
  readonly colour: boolean
  /** Milliseconds of silence after which the part of a line is shown. Default 150. */
  readonly pauseMs?: number | undefined
}

/** Whole lines, harmless ones, with the client's name in front as soon as there are two of them. */
export function linesDisplay({ print, colour, pauseMs = PAUSE_MS }: LinesOptions): Display {
  const open = new Set<View>()
  return {
    inLines: true,
    view(label) {
      const prefix = colour ? dim(label) : label
      const text = new ShownText()
      let pause: NodeJS.Timeout | undefined
      const show = async (lines: readonly string[]): Promise<void> => {
        for (const line of lines) await print(open.size > 1 ? `${prefix} ${line}` : line)
      }
      const view: View = {
        async data(bytes) {
          clearTimeout(pause)
          await show(text.feed(bytes))
          if (text.isWaiting) pause = setTimeout(() => void show(text.pause()), pauseMs)
        },
        async end() {
          clearTimeout(pause)
          await show(text.end())
          open.delete(view)
        },
      }
      open.add(view)
      return view
    },
  }
}

/** What decides how bytes are shown. */
export interface DisplayOptions {
  readonly json: boolean
  readonly raw: boolean
  readonly colour: boolean
}

/** The display that fits the output. `print` is how a line gets to a terminal. */
export function displayFor(
  stdout: Output,
  signal: AbortSignal,
  { json, raw, colour }: DisplayOptions,
  print: (line: string) => Promise<void>,
): Display {
  if (json) return NO_DISPLAY
  return raw || stdout.isTTY !== true ? rawDisplay(stdout, signal) : linesDisplay({ print, colour })
}
