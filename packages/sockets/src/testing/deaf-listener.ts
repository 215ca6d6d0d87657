/** A listener that is there and never answers, for this package's own tests. Linux only: elsewhere a full queue refuses. */
import { Socket as NodeSocket } from 'node:net'
import type { TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'

/**
 * Listens with a backlog of 1 in a thread that then stands still, and fills the queue: Linux drops who asks from
 * then on, so that connecting takes for ever. A port of 0 takes a free one. Gives the port.
 */
export async function deafListener(t: TestContext, host: string, port: number): Promise<number> {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.library).then(async ({ TcpListener }) => {
      const listener = await TcpListener.listen(workerData.port, workerData.host, { backlog: 1 })
      parentPort.postMessage(listener.address.port)
      Atomics.wait(workerData.gate, 0, 0) // at once: a turn of its event loop would accept who comes
    })`
  const { href } = new URL('../tcp-listener.ts', import.meta.url)
  const worker = new Worker(code, { eval: true, workerData: { library: href, host, port, gate } })
  const real = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  // The kernel lets one more wait than the backlog says.
  const waiting = await Promise.all([inQueue(host, real), inQueue(host, real)])
  t.after(async () => {
    for (const socket of waiting) socket.destroy()
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
    await worker.terminate()
  })
  return real
}

function inQueue(host: string, port: number): Promise<NodeSocket> {
  return new Promise((resolve, reject) => {
    const socket = new NodeSocket()
    socket.on('error', reject)
    socket.connect({ host, port }, () => resolve(socket))
  })
}
