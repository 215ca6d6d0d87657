/** A service that listens, with every limit it needs among strangers, and closes without losing an answer. */
import type { InetAddress } from '@partyline/sockets'
import type { Verify } from './login.ts'
import { openTcpService } from './open-tcp-service.ts'
import { openUdpService } from './open-udp-service.ts'
import { findService, type ServiceEntry, type ServiceName } from './table.ts'
import type { LogRecord } from './udp-log.ts'

export interface ServiceOptions {
  /** The address to listen on. Default 127.0.0.1: only this machine. */
  readonly host?: string | undefined
  /** 0: a free one. Default: the table's. */
  readonly port?: number | undefined
  /** Gets the exact words for standard output, line by line without ending, `Listening on …` first. */
  readonly announce?: ((line: string) => void) | undefined
  /** Gets what an operator should know, line by line without ending. */
  readonly log?: ((line: string) => void) | undefined
  /** `login` must have it: whose password it is. At most two checks run at once. */
  readonly verify?: Verify | undefined
  /** `commands`: E ends the program wherever it comes from. Default false: only when it listens on loopback. */
  readonly allowExit?: boolean | undefined
  /** `udp-log`: what to do with each record. Default: `announce` gets its line. */
  readonly onRecord?: ((record: LogRecord) => void) | undefined
}

/** A service that listens. */
export interface OpenService {
  /** Where; the port is the real one. */
  readonly address: InetAddress
  /** Resolves when it has ended, whoever ended it: `close`, or E at the command server. Never rejects. */
  readonly closed: Promise<void>
  /**
   * Stops listening at once. Nothing more is received; what has come is answered and everything that is queued is
   * sent, within 9 s. Idempotent; never rejects.
   */
  close(): Promise<void>
}

/**
 * Opens a service; resolves when it listens. Rejects with a `SocketError` when the address cannot be had, and with
 * a TypeError for `talk`, which has no server, and for `login` without `verify`.
 */
export async function openService(name: ServiceName, options: ServiceOptions = {}): Promise<OpenService> {
  const entry: ServiceEntry | undefined = findService(name)
  if (entry === undefined) throw new TypeError(`there is no service ${String(name)}`)
  const where = { host: options.host ?? '127.0.0.1', port: options.port ?? entry.port }
  const { transport } = entry
  return transport === 'tcp' ? openTcpService(name, where, options) : openUdpService(name, where, options)
}
