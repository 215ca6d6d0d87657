/** What can happen on the wire, as values: made by the observer and by `tap`, shown as text or as JSON. */
import { type Address, formatAddress, type SocketErrorCode } from '@partyline/sockets'

/** Bytes in each direction, as of the end of a connection. For a tap: what the client sent, and what it received. */
export interface Totals {
  readonly sent: number
  readonly received: number
}

/** Something about one connection. */
export interface OfConnection {
  /** Connections are counted from 1. */
  readonly connection: number
  /** The other end; for a tap, the target. */
  readonly peer: string
  /** Only in a tap, which stands between this client and the peer: what is sent, the client sent. */
  readonly client?: string | undefined
}

/** What the network said about a failure. */
export interface Failure {
  readonly error: SocketErrorCode
  readonly message: string
}

/** What happened, without its time. */
export type WireNews =
  | {
      readonly kind: 'resolved'
      readonly host: string
      readonly addresses: readonly string[]
      readonly ms: number
    }
  | { readonly kind: 'connecting'; readonly peer: string }
  | ({ readonly kind: 'connect-failed'; readonly peer: string } & Failure & Partial<OfConnection>)
  | {
      readonly kind: 'listening'
      readonly local: string
      readonly transport: 'tcp' | 'udp'
      /** Where a tap passes everything on to. */
      readonly target?: string | undefined
    }
  | { readonly kind: 'bound'; readonly local: string }
  | { readonly kind: 'refused'; readonly peer: string; readonly reason: string }
  | { readonly kind: 'tls-failed'; readonly peer: string; readonly message: string }
  | ({ readonly kind: 'connected' | 'accepted'; readonly local: string } & OfConnection)
  | ({
      readonly kind: 'tls'
      readonly protocol: string
      readonly cipher: string
      readonly alpn: string | undefined
      /** The name in the other side's certificate. */
      readonly certificate: string | undefined
    } & OfConnection)
  | ({ readonly kind: 'sent' | 'received'; readonly data: Uint8Array } & OfConnection)
  /** The end of one direction, in order. With `totals` the other one had ended before. */
  | ({
      readonly kind: 'fin-sent' | 'fin-received'
      readonly totals?: Totals | undefined
      /** True for a connection that came to us. */
      readonly isAccepted: boolean
    } & OfConnection)
  | ({ readonly kind: 'reset-sent' | 'reset-received'; readonly totals: Totals } & OfConnection)
  /** The last of a connection. */
  | ({ readonly kind: 'closed'; readonly totals: Totals; readonly ms: number } & Ending & OfConnection)
  | ({ readonly kind: 'datagram-sent' | 'datagram-received'; readonly data: Uint8Array } & OfDatagram)
  /** So many events could not be shown, because the output was too slow. */
  | { readonly kind: 'omitted'; readonly events: number }

/** How a connection ended. */
export interface Ending extends Partial<Failure> {
  /** Who ended it: we, the peer, an error, or a time that was over. In a tap one of its sides, or the tap itself. */
  readonly by: 'us' | 'peer' | 'error' | 'timeout' | 'client' | 'target' | 'tap'
  /** True when the event before has said it all: both ends, or a reset. */
  readonly isTold: boolean
}

interface OfDatagram {
  readonly local: string
  readonly peer: string
  readonly client?: string | undefined
}

/** What happened, and when. */
export interface WireEvent {
  /** Milliseconds since the view began. */
  readonly at: number
  readonly news: WireNews
}

/** An address in words; a client over a Unix-domain socket has none. */
export function nameOf(address: Address): string {
  return formatAddress(address) || 'a local client'
}
