/**
 * A listening TCP or Unix-domain socket. Connections are taken one by one with `accept`, or all of them by
 * `serve`, which runs a handler for each. Connections that nobody has accepted yet are not read from: the
 * kernel's buffers hold what they send.
 */
import type { Address } from './address.ts'
import type { Op } from './byte-stream.ts'
import { checkListenOptions, type ListenerStats, type ListenOptions } from './listen-options.ts'
import { NodeTcpListener } from './node-listener.ts'
import type { Handler, ServeOptions } from './serve.ts'
import type { TcpSocket } from './tcp-socket.ts'

/** A listening socket. */
export interface TcpListener extends AsyncIterable<TcpSocket>, AsyncDisposable {
  /** Where it listens; the port is the real one. */
  readonly address: Address
  /** `suspended` means that the listening socket is closed for now. */
  readonly status: 'listening' | 'suspended' | 'closed'
  /** The accepted connections that are open. */
  readonly connections: ReadonlySet<TcpSocket>
  /** Counters, as of now. */
  readonly stats: ListenerStats
  /**
   * The next connection. Calls are answered in their order; a cancelled one loses no connection. Rejects with
   * `closed` when the listener is. Also `for await (const socket of listener)`: mind that the loop's body holds
   * up the next connection, so start a task for each or use `serve`.
   */
  accept(op?: Op): Promise<TcpSocket>
  /**
   * Runs `handler` for each connection and closes the connection after it. A handler that throws ends its own
   * connection only, with a reset. Resolves when the listener is closed and every handler is done.
   */
  serve(handler: Handler, options?: ServeOptions): Promise<void>
  /** Closes the listening socket: new callers are refused, connections go on. Another program may take the port. */
  suspend(): void
  /**
   * Listens again on the same address; resolves when it does, also for a `resume` that is under way. Rejects with
   * `address-in-use` when the address was taken meanwhile, and with `closed` when it was suspended or closed again.
   */
  resume(): Promise<void>
  /**
   * Stops listening at once (the port is free when this returns its promise) and refuses what waits for
   * `accept`. Handlers of `serve` are told by their signal and get `drain` ms (default 10,000) to end, then their
   * connections are aborted, and it does not wait for them any longer: `serve` does. Connections taken with
   * `accept` are their taker's. Idempotent; never rejects.
   */
  close(options?: { readonly drain?: number | undefined }): Promise<void>
  /** Keeps the process running while it listens (the default). */
  ref(): this
  /** Lets the process end although it listens. */
  unref(): this
}

/** Opens listeners. */
export const TcpListener: {
  /** Listens. Rejects with `address-in-use`, `address-unavailable`, `permission`, `tls`. */
  listen(port: number, host?: string, options?: ListenOptions): Promise<TcpListener>
  listen(options: ListenOptions): Promise<TcpListener>
} = {
  async listen(on: number | ListenOptions, host?: string, more?: ListenOptions): Promise<TcpListener> {
    const options = typeof on === 'object' ? on : { ...more, port: on, host: host ?? more?.host }
    checkListenOptions(options)
    const listener = new NodeTcpListener(options)
    await listener.open()
    return listener
  },
}
