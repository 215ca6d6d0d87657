/** How a UDP service is bound, and what happens to what it has to say. */
import { inspect } from 'node:util'
import { formatAddress, UdpSocket } from '@partyline/sockets'
import type { OpenService, ServiceOptions } from './open-service.ts'
import type { ServiceName } from './table.ts'
import { udpEcho } from './udp-echo.ts'
import { formatLogRecord, LOG_LIMITS, udpLog } from './udp-log.ts'

/** Milliseconds between two lines about datagrams that were not logged. */
const LOSS_SAID_EVERY = 1000

export async function openUdpService(
  name: ServiceName,
  { host, port }: { readonly host: string; readonly port: number },
  options: ServiceOptions,
): Promise<OpenService> {
  const { announce, log } = options
  const socket = await UdpSocket.bind(port, host)
  const address = socket.local
  announce?.(`Listening on ${name === 'udp-log' ? 'udp ' : ''}${formatAddress(address)}`)
  const serving = name === 'udp-log' ? logAll(socket, options) : udpEcho(socket, { announce })
  const closed = serving.catch((error: unknown) => {
    for (const line of `ended by a fault of the server: ${inspect(error)}`.split('\n')) log?.(line)
    return socket.close()
  })
  return {
    address,
    closed,
    async close() {
      await socket.close()
      await closed
    },
  }
}

async function logAll(socket: UdpSocket, { announce, log, onRecord }: ServiceOptions): Promise<void> {
  const keep = onRecord ?? ((record) => announce?.(formatLogRecord(record)))
  let missed = 0
  let saidAt = Number.NEGATIVE_INFINITY
  for await (const record of udpLog(socket)) {
    missed += record.missed
    if (missed > 0 && performance.now() - saidAt >= LOSS_SAID_EVERY) {
      log?.(lossLine(missed))
      missed = 0
      saidAt = performance.now()
    }
    keep(record)
  }
  if (missed > 0) log?.(lossLine(missed))
}

function lossLine(missed: number): string {
  const { datagrams, bytes } = LOG_LIMITS
  const limits = `${datagrams} datagrams and ${bytes / 1024} KiB a second are`
  return `${missed} datagram${missed === 1 ? ' was' : 's were'} not logged: ${limits} the most`
}
