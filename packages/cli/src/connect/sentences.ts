/** What `connect` says about a connection: that it is there, and how it ended. */
import { formatAddress, type InetAddress, type TcpSocket } from '@partyline/sockets'
import type { DatagramEnd, Tally } from '../datagram-exchange.ts'
import type { ExchangeEnd } from '../exchange.ts'

/** `connected to localhost:8000 (127.0.0.1:8000), TLSv1.3`. */
export function connectedWords(peer: string, { remote, tls }: Pick<TcpSocket, 'remote' | 'tls'>): string {
  const address = formatAddress(remote)
  const where = address === peer || address === '' ? peer : `${peer} (${address})`
  return `connected to ${where}${tls === undefined ? '' : `, ${tls.protocol}`}`
}

/** `closed by 127.0.0.1:8000 after 2.1 s (sent 14 B, received 20 B)`. */
export function closedWords(peer: string, { how, info }: ExchangeEnd): string {
  const after = `after ${duration(info.ms)} (sent ${info.bytesOut} B, received ${info.bytesIn} B)`
  if (how === 'peer') return `closed by ${peer} ${after}`
  return how === 'idle' ? `nothing more came from ${peer}: left ${after}` : `left ${peer} ${after}`
}

/** `sending to udp localhost:31337 (127.0.0.1:31337)`. */
export function sendingWords(peer: string, remote: InetAddress | undefined): string {
  const address = remote === undefined ? peer : formatAddress(remote)
  return `sending to udp ${address === peer ? peer : `${peer} (${address})`}`
}

/** `nothing more came from udp 127.0.0.1:31337 (sent 1 datagram, 5 B; received 1 datagram, 5 B)`. */
export function silentWords(peer: string, { how, sent, received }: DatagramEnd): string {
  if (how === 'idle' && sent.datagrams + received.datagrams === 0) {
    return `nothing was sent to udp ${peer}: the input was empty`
  }
  const what = how === 'idle' ? `nothing more came from udp ${peer}` : `left udp ${peer}`
  return `${what} (sent ${tallyWords(sent)}; received ${tallyWords(received)})`
}

function tallyWords({ datagrams, bytes }: Tally): string {
  return `${datagrams} ${datagrams === 1 ? 'datagram' : 'datagrams'}, ${bytes} B`
}

/** `40 ms`, `2.1 s`. */
function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
