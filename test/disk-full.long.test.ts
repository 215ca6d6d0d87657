/** A full disk while people talk: they talk on, are told once, and what was said is kept when there is room again. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openHistory } from '@partyline/chat'
import { TcpSocket } from '@partyline/sockets'
import { startNode } from '../packages/cli/src/testing/child.ts'
import { ROOT } from './samples.ts'

/** So long may it take until what was said meanwhile is kept, in milliseconds. */
const BACK_WITHIN = 5000
const NOT_SAVING = '-- the server cannot save messages right now'
const SAVING = '-- messages are saved again'

const CAN_MOUNT = process.platform === 'linux' && process.getuid?.() === 0

/** Takes all the room that is left. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const size of [65_536, 4096, 512]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size))
      } catch (error) {
        assert.match(String(error), /ENOSPC/)
      }
    }
  } finally {
    closeSync(file)
  }
}

/** Hears lines, and can wait for one. */
class Listener {
  readonly lines: string[] = []
  readonly #waiting = new Set<() => void>()

  constructor(socket: TcpSocket) {
    void (async () => {
      for await (const line of socket.lines()) {
        this.lines.push(line)
        for (const look of this.#waiting) look()
      }
    })()
  }

  until(start: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.lines.some((line) => line.startsWith(start))) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  count(start: string): number {
    return this.lines.filter((line) => line.startsWith(start)).length
  }
}

test('serve talks on with a full disk, tells people once, and keeps everything when there is room again', {
  skip: CAN_MOUNT ? false : 'only root on Linux can make a small disk',
}, async () => {
  const disk = mkdtempSync(join(tmpdir(), 'partyline-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
  try {
    await talkOnFullDisk(disk)
  } finally {
    execFileSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  }
})

async function talkOnFullDisk(disk: string): Promise<void> {
  const data = join(disk, 'data')
  const program = `${ROOT}packages/cli/src/bin.ts`
  const args = ['serve', '--text-port', '0', '--web-port', '0', '--no-console', '--data', data]
  await using server = startNode(['--conditions=partyline-source', program, ...args], {
    env: { PARTYLINE_RATE_LIMIT: 'off' },
  })
  await Promise.all([server.stdout.until(/:\d+\n/), server.stderr.until('/healthz')])
  const port = Number(/:(\d+)/.exec(server.stdout.text)?.[1])
  const health = /http:\/\/\S*\/healthz/.exec(server.stderr.text)?.[0] ?? ''
  const status = async (): Promise<number> => (await fetch(health)).status
  await using ann = await TcpSocket.connect(port, '127.0.0.1')
  await using bob = await TcpSocket.connect(port, '127.0.0.1')
  const [annHears, bobHears] = [new Listener(ann), new Listener(bob)]
  await ann.send('ann\n')
  await annHears.until('ann logged in')
  await bob.send('bob\n')
  await bobHears.until('bob logged in')
  assert.equal(await status(), 200)

  const said: string[] = []
  const say = async (text: string): Promise<void> => {
    said.push(text)
    await ann.send(`${text}\n`)
    await bobHears.until(`ann::${text}`)
  }
  for (let count = 1; count <= 20; count += 1) await say(`before ${count}`)
  fill(join(disk, 'filler'))
  // What SQLite has asked the disk for already it can still use.
  for (let count = 1; bobHears.count(NOT_SAVING) === 0; count += 1) await say(`${count} ${'x'.repeat(2000)}`)
  assert.equal(await status(), 503)
  for (let count = 1; count <= 200; count += 1) await say(`while it is full ${count}`)
  await annHears.until(NOT_SAVING)

  rmSync(join(disk, 'filler'))
  const freed = performance.now()
  await Promise.all([annHears.until(SAVING), bobHears.until(SAVING)])
  while ((await status()) !== 200) await delay(50) // what is measured is how long that takes
  const took = performance.now() - freed
  assert.ok(took < BACK_WITHIN, `it took ${Math.round(took)} ms until everything was kept`)
  await say('after')
  for (const hears of [annHears, bobHears]) {
    assert.equal(hears.count(NOT_SAVING), 1)
    assert.equal(hears.count(SAVING), 1)
  }
  server.process.kill('SIGTERM')
  assert.equal(await server.exit, 0)

  const history = openHistory(join(data, 'history.db'))
  const kept = [...history.messages()].map(({ text }) => text)
  history.close()
  assert.deepEqual(kept, said)
}
