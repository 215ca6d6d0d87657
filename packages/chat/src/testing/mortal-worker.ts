/** A worker thread that dies when it is told to. */
import { getCompileCacheDir } from 'node:module'
import { workerData } from 'node:worker_threads'
import { StoreError } from '../core/store.ts'
import { answerCalls, type Opened } from '../stores/sqlite/worker-calls.ts'

export type MortalCalls = Readonly<{
  /** Returns what it is given, and how many calls there were. */
  echo: (text: string) => readonly [text: string, calls: number]
  /** Where this thread looks for what is compiled. */
  compileCache: () => string | undefined
  refuse: () => void
  fail: () => void
  exit: () => void
  throwUncaught: () => void
}>

function open(): Opened<MortalCalls> {
  if (workerData === 'closed') throw new StoreError('missing', 'the door')
  let calls = 0
  let isClosed = false
  const channel = workerData === 'tidy' ? new BroadcastChannel('partyline mortal worker') : undefined
  return {
    calls: {
      echo: (text) => {
        calls += 1
        return [text, calls]
      },
      compileCache: () => getCompileCacheDir(),
      refuse: () => {
        throw new StoreError('full', 'the cup', new Error('no room'))
      },
      fail: () => {
        throw new RangeError('a fault')
      },
      exit: () => process.exit(1),
      throwUncaught: () => {
        queueMicrotask(() => {
          throw new Error('nobody catches this')
        })
      },
    },
    close: () => {
      isClosed = true
    },
    // Says how many calls there were; -1 would be said by one that is closed already.
    tidyUp: () => channel?.postMessage(isClosed ? -1 : calls),
  }
}

answerCalls(open)
