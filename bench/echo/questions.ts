/** What the processes of this benchmark are asked. */
import type { LoadName, Work } from './scenarios.ts'

/** What a child may be asked. Each knows its own half of these. */
export type Question =
  /** The measured process: the port it serves on. */
  | { readonly ask: 'port' }
  /** The measured process: microseconds of CPU that it has used so far, user and system, all threads. */
  | { readonly ask: 'cpu' }
  /** The measured process: bytes of resident memory after a garbage collection. */
  | { readonly ask: 'memory' }
  /** The load generator: do this work against that port; answers with the number of operations done. */
  | { readonly ask: 'load'; readonly load: LoadName; readonly port: number; readonly work: Work }
  /** The load generator: let go of the connections that it holds. */
  | { readonly ask: 'release' }
