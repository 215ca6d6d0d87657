/**
 * What the library tells about itself: it writes no logs, it publishes on `node:diagnostics_channel`. Publishing
 * costs nothing while nobody subscribes.
 */
import { type Channel, channel } from 'node:diagnostics_channel'

/** The channels and what is published on each. */
export const channels: {
  /** `{ socket }` when a stream socket is connected or accepted. */
  readonly open: Channel
  /** `{ socket, info }`, once for each `open`: its CloseInfo has the bytes, the time and the reason. */
  readonly close: Channel
  /** `{ listener, remote, reason }` for a connection that a limit or the block list refused. */
  readonly refused: Channel
  /** `{ listener, remote, error }` for a connection that never finished its TLS handshake. */
  readonly handshakeFailed: Channel
  /** `{ socket, error }` for a handler given to `serve` that threw, where no `onError` was given. */
  readonly handlerFailed: Channel
} = {
  open: channel('partyline.sockets.open'),
  close: channel('partyline.sockets.close'),
  refused: channel('partyline.sockets.refused'),
  handshakeFailed: channel('partyline.sockets.handshake-failed'),
  handlerFailed: channel('partyline.sockets.handler-failed'),
}
