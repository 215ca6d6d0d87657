/** A file of its own, so that asking for the kind of an error does not load the door. */

/** The port for `/healthz` and `/metrics` cannot be had. `cause` is the SocketError. */
export class StatusDoorError extends Error {
  override readonly name = 'StatusDoorError'
  readonly port: number

  constructor(port: number, cause: unknown) {
    super(`the status door cannot listen on port ${port}`, { cause })
    this.port = port
  }
}
