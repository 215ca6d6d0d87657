/** What is kept from now on, as it comes: the file is asked again and again, which works beside any server. */
import { setTimeout } from 'node:timers/promises'
import type { History, Kept } from '@partyline/chat'

/** Milliseconds between asking. */
const PAUSE = 250
/** Events read at once. */
const PAGE = 1000

/** Waits until it is time to ask again; at once when nobody wants to know any more. */
export type Pause = (signal: AbortSignal) => Promise<void>

export const pause: Pause = (signal) => setTimeout(PAUSE, undefined, { signal }).catch(() => {})

/** Every event of a room after `seq`, in order; ends when `signal` does. */
export async function* following(
  history: History,
  { room, seq }: { readonly room: string; readonly seq: number },
  { signal, pause }: { readonly signal: AbortSignal; readonly pause: Pause },
): AsyncGenerator<Kept> {
  let last = seq
  while (!signal.aborted) {
    const page = history.since(room, last, PAGE)
    yield* page
    last = page.at(-1)?.seq ?? last
    if (page.length < PAGE) await pause(signal)
  }
}
