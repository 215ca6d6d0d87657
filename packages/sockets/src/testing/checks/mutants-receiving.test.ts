import { turn } from './check.ts'
import { FRAMING_CHECKS } from './framing.ts'
import { LINE_CHECKS } from './lines.ts'
import { type Mutant, never, testMutants } from './mutants.ts'
import { RECEIVING_CHECKS } from './receiving.ts'

const RECEIVING: readonly Mutant[] = [
  {
    does: 'changes a byte',
    failing: ['recv-data', 'recv-order', 'recv-pieces', 'recv-end-later', 'iterate', 'exactly-large'],
    breaks: (right) => {
      const spoil = <T extends Buffer | null>(bytes: T): T => {
        bytes?.fill((bytes[0] ?? 0) ^ 1, 0, 1)
        return bytes
      }
      return {
        recv: async (max, op) => spoil(await right.recv(max, op)),
        recvExactly: async (n, op) => spoil(await right.recvExactly(n, op)),
        [Symbol.asyncIterator]: async function* () {
          for await (const chunk of right) yield spoil(chunk)
        },
      }
    },
  },
  {
    does: 'gives more than max bytes',
    failing: ['recv-max', 'recv-pieces', 'try-recv'],
    breaks: (right) => ({ recv: (_, op) => right.recv(undefined, op), tryRecv: () => right.tryRecv() }),
  },
  {
    does: 'writes beside the given memory',
    failing: ['recv-into'],
    breaks: (right) => ({
      recvInto: (into, op) =>
        right.recvInto(new Uint8Array(into.buffer, into.byteOffset - 1, into.length + 1), op),
    }),
  },
  {
    does: 'takes wrong arguments for missing ones',
    failing: ['recv-wrong'],
    breaks: (right) => ({ recv: (max, op) => right.recv(Number(max) > 0 ? max : undefined, op) }),
  },
  {
    does: 'lets a second receive wait behind the first',
    failing: ['recv-busy'],
    breaks: (right) => {
      let last: Promise<unknown> = Promise.resolve()
      return {
        recv: (max, op) => {
          const mine = last.then(() => right.recv(max, op))
          last = mine.catch(() => {})
          return mine
        },
        recvExactly: (n, op) => {
          const mine = last.then(() => right.recvExactly(n, op))
          last = mine.catch(() => {})
          return mine
        },
      }
    },
  },
  {
    does: 'gives null where nothing has come yet',
    failing: ['try-recv'],
    breaks: (right) => ({ tryRecv: (max) => right.tryRecv(max) ?? null }),
  },
  {
    does: 'puts back text only',
    failing: ['unread'],
    breaks: (right) => ({ unread: (data) => right.unread(typeof data === 'string' ? data : '') }),
  },
  {
    does: 'does not see what was put back while it waits',
    failing: ['unread-wakes'],
    breaks: (right) => {
      let waits = false
      return {
        recv: async (max, op) => {
          waits = true
          return right.recv(max, op).finally(() => {
            waits = false
          })
        },
        unread: (data) => {
          if (!waits) right.unread(data)
        },
      }
    },
  },
  {
    does: 'says that nothing is buffered',
    failing: ['buffered'],
    breaks: () => ({ buffered: 0 }),
  },
  {
    does: 'reads without a limit',
    failing: ['recv-bounded'],
    breaks: (right) => {
      const held: Buffer[] = []
      const pump = async (): Promise<void> => {
        for await (const chunk of right) held.push(chunk)
      }
      const pumping = pump().catch(() => {})
      return {
        recv: () => pumping.then(() => held.shift() ?? null),
        get buffered() {
          return held.reduce((sum, chunk) => sum + chunk.length, 0)
        },
      }
    },
  },
  {
    does: 'gives an empty buffer at the end',
    failing: ['recv-end', 'recv-end-wakes'],
    breaks: (right) => ({ recv: async (max, op) => (await right.recv(max, op)) ?? Buffer.alloc(0) }),
  },
  {
    does: 'loses what was not read before the end',
    failing: ['recv-end-later'],
    breaks: (right) => {
      let ended = false
      const pumping = turn()
        .then(turn)
        .then(() => {
          ended = true
        })
      return { recv: async (max, op) => (ended ? null : pumping.then(() => right.recv(max, op))) }
    },
  },
  {
    does: 'closes when a loop over it is left',
    failing: ['iterate'],
    breaks: (right) => ({
      [Symbol.asyncIterator]: async function* () {
        try {
          yield* { [Symbol.asyncIterator]: () => right[Symbol.asyncIterator]() }
        } finally {
          await right.close()
        }
      },
    }),
  },
]

const FRAMING: readonly Mutant[] = [
  {
    does: 'is content with less than exactly n bytes',
    failing: ['exactly', 'exactly-large', 'exactly-incomplete'],
    breaks: (right) => ({ recvExactly: async (n, op) => (await right.recv(n, op)) ?? Buffer.alloc(0) }),
  },
  {
    does: 'does not say how much it got before the end',
    failing: ['exactly-incomplete', 'until-incomplete'],
    breaks: (right) => ({
      recvExactly: (n, op) => right.recvExactly(n, op).catch(() => Promise.reject(new Error('incomplete'))),
      recvUntil: (to, op) => right.recvUntil(to, op).catch(() => Promise.reject(new Error('incomplete'))),
    }),
  },
  {
    does: 'always keeps the delimiter',
    failing: ['until', 'until-split'],
    breaks: (right) => ({ recvUntil: (to, op) => right.recvUntil(to, { ...op, keep: true }) }),
  },
  {
    does: 'looks for the delimiter in each packet by itself',
    failing: ['until-split'],
    breaks: (right) => ({
      recvUntil: async (to, op) => {
        for (let before = ''; ; ) {
          const chunk = String(await right.recv())
          const at = chunk.indexOf(String(to))
          if (at === -1) before += chunk
          else {
            right.unread(chunk.slice(at + String(to).length))
            return Buffer.from(before + chunk.slice(0, at) + (op.keep === true ? String(to) : ''))
          }
        }
      },
    }),
  },
  {
    does: 'takes max for a hint',
    failing: ['until-limit', 'line-max'],
    breaks: (right) => ({
      recvUntil: (to, op) => right.recvUntil(to, { ...op, max: 1_000_000 }),
      readLine: (options) => right.readLine({ ...options, max: 1_000_000 }),
    }),
  },
]

const LINES: readonly Mutant[] = [
  {
    does: 'keeps the CR of a line ending',
    failing: ['line-endings', 'line-split', 'line-random'],
    breaks: (right) => ({
      readLine: async () => {
        const line = await right.recvUntil('\n', { max: 8192 }).catch(() => null)
        return line === null ? null : String(line)
      },
    }),
  },
  {
    does: 'forgets a last line without an ending',
    failing: ['line-at-end'],
    breaks: (right) => ({
      readLine: (options) => right.readLine({ ...options, atEnd: 'throw' }).catch(() => null),
    }),
  },
  {
    does: 'decodes each packet by itself',
    failing: ['line-split', 'line-random', 'line-encoding'],
    breaks: (right) => ({
      readLine: async () => {
        let text = ''
        while (!text.includes('\n')) text += String(await right.recv())
        const end = text.indexOf('\n')
        right.unread(text.slice(end + 1))
        return text.slice(0, end).replace(/\r$/, '')
      },
    }),
  },
  {
    does: 'takes the rest of a line that was too long for the next line',
    failing: [
      'line-throw',
      'line-discard',
      'line-truncate',
      'lines-throw',
      'lines-discard',
      'lines-truncate',
    ],
    breaks: (right) => {
      const readLine = async (options: { max?: number | undefined } = {}): Promise<string | null> => {
        const { max = 8192 } = options
        const line = await right.readLine()
        if (line === null || line.length <= max) return line
        right.unread(`${line.slice(max)}\n`)
        return line.slice(0, max)
      }
      return {
        readLine,
        lines: async function* (options) {
          for (let line = await readLine(options); line !== null; line = await readLine(options)) yield line
        },
      }
    },
  },
  {
    does: 'forgets at a cancelled call that it was throwing a line away',
    failing: ['line-endless'],
    breaks: (right) => ({
      readLine: (options) =>
        right.readLine(options).catch((error: unknown) => {
          right.unread('\n')
          throw error
        }),
    }),
  },
  {
    does: 'reads lines ahead and forgets them',
    failing: ['lines-left', 'lines-thrown', 'lines-mixed'],
    breaks: (right) => ({
      lines: async function* () {
        const chunk = String(await right.recv())
        yield* chunk.split('\n').slice(0, -1)
      },
    }),
  },
  {
    does: 'gives untaken lines back as text',
    failing: ['lines-left'],
    breaks: (right) => ({
      lines: async function* () {
        const lines = String(await right.recv()).split('\n')
        try {
          for (let line = lines.shift(); line !== undefined; line = lines.shift()) yield line
        } finally {
          right.unread(lines.join('\n'))
        }
      },
    }),
  },
  {
    does: 'does not look at the signal while it has lines',
    failing: ['lines-signal'],
    breaks: (right) => ({ lines: (options) => right.lines({ ...options, signal: undefined }) }),
  },
  {
    does: 'never gives a line',
    failing: ['line-encoding', 'lines-thrown'],
    breaks: () => ({ readLine: () => never() }),
  },
]

testMutants([...RECEIVING_CHECKS, ...FRAMING_CHECKS, ...LINE_CHECKS], [...RECEIVING, ...FRAMING, ...LINES])
