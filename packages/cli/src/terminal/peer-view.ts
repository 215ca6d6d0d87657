/**
 * Where a peer's bytes go at this end: untouched into a pipe or a file, harmless onto a terminal, beside the line
 * that is typed there if there is one.
 */
import type { Output } from '../io.ts'
import { drained } from '../people.ts'
import type { InputLine } from './input-line.ts'
import { PeerText } from './peer-text.ts'

export interface PeerView {
  /** Shows bytes. Resolves when there is room for more. */
  show(bytes: Uint8Array): Promise<void>
  /** No more will come. */
  end(): void
}

export interface PeerViewOptions {
  /** On a terminal too bytes go out as they are. */
  readonly raw: boolean
  /** Nothing is shown at all. */
  readonly silent: boolean
  /** The line that is being typed on this terminal. */
  readonly line?: InputLine | undefined
  /** Nobody waits any more for a reader that sleeps. */
  readonly signal: AbortSignal
}

/** The view that fits the output. */
export function openPeerView(output: Output, { raw, silent, line, signal }: PeerViewOptions): PeerView {
  const written = async (hasRoom: boolean): Promise<void> => {
    if (!hasRoom && !output.destroyed) await drained(output, signal)
  }
  if (silent) return { show: async () => {}, end: () => {} }
  if (raw || output.isTTY !== true) {
    return { show: (bytes) => written(output.write(bytes)), end: () => {} }
  }
  const text = new PeerText()
  let isInsideLine = false
  const write = (shown: string): boolean => {
    if (shown !== '') isInsideLine = !shown.endsWith('\n')
    return line?.show(shown) ?? output.write(shown)
  }
  return {
    show: (bytes) => written(write(text.feed(bytes))),
    end() {
      write(text.end())
      if (line?.isInsideLine ?? isInsideLine) write('\n') // what follows on this terminal is somebody else's
    },
  }
}
