import assert from 'node:assert/strict'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { ChunkList } from './chunk-list.ts'
import { pattern, turn } from './testing/checks/check.ts'

const SOURCE = pattern(1024 * 1024, 7)

/** A chunk as a socket gives it: memory of its own, of exactly its size. */
function chunkOf(from: number, length: number): Buffer {
  const chunk = Buffer.allocUnsafeSlow(length)
  SOURCE.copy(chunk, 0, from, from + length)
  return chunk
}

/** The memory that a list keeps alive, and its chunks; empties it. */
function drain(list: ChunkList): { memory: number; chunks: number; bytes: Buffer } {
  const memory = new Set<ArrayBufferLike>()
  const parts: Buffer[] = []
  for (let first = list.first; first !== undefined; first = list.first) {
    memory.add(first.buffer)
    parts.push(Buffer.from(first))
    list.drop(first.length)
  }
  const total = [...memory].reduce((sum, buffer) => sum + buffer.byteLength, 0)
  return { memory: total, chunks: parts.length, bytes: Buffer.concat(parts) }
}

const sizes = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 600 }) },
  { weight: 1, arbitrary: fc.integer({ min: 500, max: 5000 }) },
)

type Step =
  | { readonly do: 'append' | 'prepend' | 'take' | 'takeInto' | 'drop'; readonly n: number }
  | { readonly do: 'takeChunk' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), n: sizes }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('prepend', 'take', 'takeInto', 'drop'), n: sizes }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('takeChunk' as const) }) },
)

test('ChunkList gives back what it was given, in order, whatever is put in and taken at either end', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const list = new ChunkList()
      let model = Buffer.alloc(0)
      let from = 0
      for (const action of steps) {
        const before = model
        if (action.do === 'append' || action.do === 'prepend') {
          const chunk = chunkOf(from, action.n)
          from += action.n
          if (action.do === 'append') list.append(chunk)
          else list.prepend(chunk)
          model = Buffer.concat(action.do === 'append' ? [model, chunk] : [chunk, model])
        } else {
          const taken = taking(list, action)
          assert.deepEqual(taken, before.subarray(0, taken.length))
          model = before.subarray(taken.length)
        }
        assert.equal(list.size, model.length)
        assert.equal(list.byteAt(model.length >> 1), model[model.length >> 1])
      }
      assert.deepEqual(drain(list).bytes, model)
      assert.equal(list.size, 0)
    }),
    { numRuns: 300 },
  )
})

/** Takes as the step says and checks how much that is; a list without bytes gives none. */
function taking(list: ChunkList, action: Exclude<Step, { do: 'append' | 'prepend' }>): Buffer {
  const { size } = list
  if (size === 0) return Buffer.alloc(0)
  if (action.do === 'takeChunk') {
    const { first } = list
    const taken = list.take(undefined)
    assert.equal(taken.length, first?.length)
    return taken
  }
  const n = 'n' in action ? action.n : 0
  if (action.do === 'take') {
    const taken = list.take(n)
    assert.equal(taken.length, Math.min(n, size))
    return taken
  }
  const into = Buffer.alloc(n)
  if (action.do === 'takeInto') return into.subarray(0, list.takeInto(into))
  const dropped = Buffer.from(Array.from({ length: Math.min(n, size) }, (_, i) => list.byteAt(i) ?? 0))
  list.drop(n)
  return dropped
}

test('ChunkList finds a delimiter that lies across chunks, from any place on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'ab', 'aab', 'ba', 'aaaab'), { maxLength: 12, size: 'max' }),
      fc.constantFrom('a', 'b', 'ab', 'aab', 'abab', 'aaab', 'bb'),
      fc.nat(12),
      (parts, delimiter, from) => {
        const list = new ChunkList()
        for (const part of parts.toReversed()) list.prepend(Buffer.from(part)) // each a chunk of its own
        assert.equal(
          list.indexOf(Buffer.from(delimiter), from),
          naiveIndexOf(parts.join(''), delimiter, from),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('ChunkList finds delimiters across chunks that are too large to be joined', () => {
  const half = Buffer.alloc(600, 'a')
  for (let cut = 1; cut < 6; cut++) {
    const list = new ChunkList()
    list.append(Buffer.concat([half, Buffer.from('-delim').subarray(0, cut)]))
    list.append(Buffer.concat([Buffer.from('-delim').subarray(cut), half]))
    list.append(half)
    assert.equal(list.indexOf(Buffer.from('-delim'), 0), 600)
    assert.equal(list.indexOf(Buffer.from('-delim'), 600), 600)
    assert.equal(list.indexOf(Buffer.from('-delim'), 601), -1)
    assert.equal(list.indexOf(Buffer.from('-delims'), 0), -1)
  }
})

function naiveIndexOf(text: string, delimiter: string, from: number): number {
  return from >= text.length ? -1 : text.indexOf(delimiter, from)
}

test('ChunkList makes few chunks of a hundred thousand single bytes', () => {
  const list = new ChunkList()
  for (let i = 0; i < 100_000; i++) list.append(chunkOf(i, 1))
  const { memory, chunks, bytes } = drain(list)
  assert.ok(chunks <= 27, `${chunks} chunks`)
  assert.ok(memory <= 110_000, `${memory} bytes of memory`)
  assert.ok(bytes.equals(SOURCE.subarray(0, 100_000)))
})

test('ChunkList keeps at most twice the memory of its bytes, however their sizes are chosen', () => {
  const list = new ChunkList()
  let from = 0
  for (let i = 0; i < 100; i++) {
    list.append(chunkOf(from, 512))
    list.append(chunkOf(from + 512, 1))
    from += 513
  }
  const chosen = drain(list)
  assert.ok(chosen.bytes.equals(SOURCE.subarray(0, from)))
  assert.ok(chosen.memory <= from * 2, `${chosen.memory} bytes of memory for ${from}`)
  fc.assert(
    fc.property(fc.array(sizes, { maxLength: 200, size: 'max' }), (lengths) => {
      for (const length of lengths) list.append(chunkOf(0, length))
      const { size } = list
      assert.ok(drain(list).memory <= size * 2 + 4096)
    }),
  )
})

test('ChunkList take gives small pieces of large memory as copies, and large ones without a copy', () => {
  const list = new ChunkList()
  const large = chunkOf(0, 64 * 1024)
  list.append(large)
  const taken = [list.take(10), list.take(large.length - 20), list.take(undefined)]
  assert.deepEqual(
    taken.map((piece) => [piece.length, piece.buffer === large.buffer]),
    [
      [10, false],
      [large.length - 20, true],
      [10, false],
    ],
  )
  list.append(large)
  list.append(chunkOf(0, 100))
  list.append(chunkOf(100, 100))
  list.drop(large.length)
  const { first } = list
  assert.equal(first?.length, 200)
  assert.notEqual(list.take(150).buffer, first.buffer, 'a part of a block of many chunks keeps all of it')
})

test('ChunkList does not keep alive what was taken, as long as others wait behind it', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const list = new ChunkList()
  const memory: WeakRef<ArrayBufferLike>[] = []
  for (let i = 0; i < 40; i++) {
    const chunk = chunkOf(0, 100_000)
    memory.push(new WeakRef(chunk.buffer))
    list.append(chunk)
  }
  for (let i = 0; i < 30; i++) list.drop(100_000)
  assert.equal(list.size, 1_000_000)
  await turn() // a WeakRef holds until the end of the turn that made it
  collectGarbage()
  const alive = memory.filter((buffer) => buffer.deref() !== undefined).length
  assert.ok(alive <= 12, `${alive} of 40 chunks are alive, and 10 of them wait`)
})

test('ChunkList take from an empty list is a RangeError, and clear empties it', () => {
  const list = new ChunkList()
  assert.throws(() => list.take(1), RangeError)
  list.append(Buffer.from('abc'))
  list.append(Buffer.from('def'))
  list.clear()
  assert.equal(list.size, 0)
  assert.equal(list.first, undefined)
  assert.throws(() => list.take(undefined), RangeError)
  list.append(Buffer.from('ghi'))
  assert.equal(String(list.take(10)), 'ghi')
})
