/**
 * What a check is made of: an exercise is a list of points, a point is one thing that a program must do, and a peer
 * is all that a point sees of the program under test. A point knows no command line, no output and no process.
 */
import type { Datagrams } from './datagrams.ts'
import type { Program } from './program.ts'
import type { Pace, Talk } from './talk.ts'

/** One thing to hold. */
export interface Point<Peer> {
  /** Short and stable, for `--only` and for who reads the JSON. Unique within its exercise. */
  readonly id: string
  /** What the program does when it is right, as the end of "the program …". */
  readonly title: string
  /** Why it matters, in one sentence. */
  readonly why: string
  /** The file name of the example that shows the cure, without `.ts`. */
  readonly example: string
  /** True when it can only be seen of a program that we start, or whose output we have. */
  readonly needs?: 'output' | 'program' | undefined
  /** Returns when the point holds; rejects with a Fault when not. */
  run(peer: Peer): Promise<void>
}

/** What one exercise must hold. */
export interface Exercise<Peer> {
  readonly name: string
  readonly transport: 'tcp' | 'udp'
  /** Where its service usually listens. */
  readonly port: number
  readonly points: readonly Point<Peer>[]
}

/** Somebody's server, as a point sees it. */
export interface ServerPeer {
  readonly pace: Pace
  /** For the login. */
  readonly account: Account
  /** The line ending that this server is known to answer to, once it is known. */
  lineEnd: LineEnd | undefined
  /** True when the server is on this machine. */
  readonly isLocal: boolean
  /** A number for names that nobody else has: another one at each call. */
  nextNumber(): number
  /** A new connection. A refusal is a fault. */
  connect(): Promise<Talk>
  /** A new socket that sends to the server. */
  datagrams(): Promise<Datagrams>
  /** True when a new connection is refused: the program has ended. Waits for it, as long as an answer may take. */
  hasStopped(): Promise<boolean>
  /** Starts the program anew where the checker starts it: the next connection may then be its first. */
  fresh(): Promise<void>
  /** Runs it with evidence of its own, which replaces what there was when it holds. False for a fault. */
  again(run: () => Promise<void>): Promise<boolean>
  /** What the program has written, where we can see it. */
  readonly output: Output | undefined
}

/** Where a program's lines go: its own output, or a file. */
export interface Output {
  /** All of it as soon as `holds` is true of it, or what there is when it does not become true in time. */
  read(holds: (text: string) => boolean): Promise<string>
}

export interface Account {
  readonly user: string
  readonly password: string
}

/** `\n` as nc sends it, or none, as the tutorials' clients do. */
export type LineEnd = '\n' | ''

/** Somebody's client, as a point sees it. */
export interface ClientPeer {
  readonly pace: Pace
  /** How long the client may take to say something, in milliseconds: longer where a person types. */
  readonly typingMs: number
  /** The client's next connection; a fault when it does not connect. */
  accept(): Promise<Talk>
  /** The socket that the client's datagrams come to. */
  datagrams(): Promise<Datagrams>
  /** Time passes. */
  pause(ms: number): Promise<void>
  /** The client, when we start it. */
  readonly program: Program | undefined
  /** Starts the client once more, towards a port where nobody listens. Only where we start it. */
  startNowhere(): Promise<{ readonly program: Program; readonly talk: Stage }>
}

/** Where something can be expected and missed without a connection. */
export interface Stage {
  expecting(words: string): void
  fault(words: string): never
}
