/** Calls to a worker thread: answers, errors, and what becomes of them when it dies. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { MortalCalls } from '../../testing/mortal-worker.ts'
import { WorkerLink } from './worker-link.ts'

const worker = new URL('../../testing/mortal-worker.ts', import.meta.url)

function openLink(data?: unknown): WorkerLink<MortalCalls> {
  return new WorkerLink({ worker, data, file: 'history.db' })
}

test('WorkerLink answers each call with what the worker returned or threw', async () => {
  const link = openLink()
  const [one, refused, failed, two] = await Promise.allSettled([
    link.call('echo', 'one'),
    link.call('refuse'),
    link.call('fail'),
    link.call('echo', 'two'),
  ])
  assert.deepEqual(one, { status: 'fulfilled', value: ['one', 1] })
  assert.deepEqual(two, { status: 'fulfilled', value: ['two', 2] })
  assert.ok(refused.status === 'rejected' && failed.status === 'rejected')
  const { name, code, message, cause } = refused.reason
  assert.deepEqual(
    [name, code, message, cause.message],
    ['StoreError', 'full', 'the cup: the disk is full', 'no room'],
  )
  assert.deepEqual([failed.reason.name, failed.reason.message], ['RangeError', 'a fault'])
  await link.close()
})

for (const [dying, cause] of [
  ['exit', undefined],
  ['throwUncaught', 'nobody catches this'],
] as const) {
  test(`WorkerLink rejects all that waits when the worker dies by ${dying}, and starts another for the next`, async () => {
    const link = openLink()
    assert.deepEqual(await link.call('echo', 'before'), ['before', 1])
    const waiting = [link.call(dying), link.call('echo', 'lost'), link.call('echo', 'lost')]
    const [, ...lost] = await Promise.allSettled(waiting)
    for (const outcome of lost) {
      assert.ok(outcome.status === 'rejected')
      assert.deepEqual([outcome.reason.code, outcome.reason.cause?.message], ['gone', cause])
    }
    assert.deepEqual(await link.call('echo', 'after'), ['after', 1])
    await link.close()
  })
}

test('WorkerLink rejects what is called after close, which waits for what was called before', async () => {
  const link = openLink()
  const called = link.call('echo', 'x')
  const closing = link.close()
  await assert.rejects(link.call('echo', 'y'), { name: 'StoreError', code: 'gone' })
  await closing
  assert.deepEqual(await called, ['x', 1])
  await link.close()
  await openLink().close()
})

test('WorkerLink rejects each call with the reason when the worker cannot open', async () => {
  const link = openLink('closed')
  for (let tries = 0; tries < 2; tries += 1) {
    await assert.rejects(link.call('echo', 'x'), {
      code: 'missing',
      message: 'the door: there is no history there',
    })
  }
  await link.close()
})

/** What the worker says besides its answers: each time that it tidies up, and after how many calls. */
class Tidying {
  readonly #channel = new BroadcastChannel('partyline mortal worker')
  readonly #heard: number[] = []
  #next = Promise.withResolvers<void>()

  constructor() {
    this.#channel.onmessage = (event) => {
      this.#heard.push(Number((event as MessageEvent).data))
      this.#next.resolve()
    }
  }

  async next(): Promise<number> {
    while (this.#heard.length === 0) {
      await this.#next.promise
      this.#next = Promise.withResolvers()
    }
    return this.#heard.shift() ?? 0
  }

  /** Everything that was said and not heard yet. */
  close(): readonly number[] {
    this.#channel.close()
    return this.#heard
  }
}

test('answerCalls tidies up after the answers, once for those that came together, also after a refusal', async () => {
  const tidying = new Tidying()
  const link = openLink('tidy')
  await Promise.all([link.call('echo', 'one'), link.call('echo', 'two'), link.call('echo', 'three')])
  let after = await tidying.next()
  while (after < 3) after = await tidying.next() // the first may have come alone: it has started the worker
  await assert.rejects(link.call('refuse'), { code: 'full' })
  assert.equal(await tidying.next(), 3)
  assert.deepEqual(await link.call('echo', 'four'), ['four', 4])
  assert.equal(await tidying.next(), 4)
  await link.close()
  assert.deepEqual(tidying.close(), [])
})

test('answerCalls tidies up nothing that is closed, nor what was never opened', async () => {
  const tidying = new Tidying()
  const link = openLink('tidy')
  const called = link.call('echo', 'one')
  await link.close()
  await called
  const unopened = openLink('closed')
  await assert.rejects(unopened.call('echo', 'x'), { code: 'missing' })
  await unopened.close()
  const marker = openLink('tidy')
  await marker.call('echo', 'marker')
  assert.equal(await tidying.next(), 1, 'the marker’s, or that of the one before it was closed')
  await marker.close()
  assert.ok(!tidying.close().includes(-1), 'tidied up after close')
})

test('WorkerLink: what cannot be sent is refused and waits for nothing', async () => {
  const link = openLink()
  const unsendable = (() => {}) as unknown as string
  for (let count = 0; count < 10_001; count += 1) {
    await assert.rejects(link.call('echo', unsendable), { name: 'DataCloneError' })
  }
  assert.deepEqual(await link.call('echo', 'x'), ['x', 1])
  await link.close()
})

test('WorkerLink gives its worker the compile cache of the program', () => {
  const cache = mkdtempSync(join(tmpdir(), 'partyline-compiled-'))
  const program = `
    import { enableCompileCache, getCompileCacheDir } from 'node:module'
    import { WorkerLink } from ${JSON.stringify(new URL('worker-link.ts', import.meta.url).href)}
    enableCompileCache(${JSON.stringify(cache)})
    const link = new WorkerLink({ worker: new URL(${JSON.stringify(worker.href)}), data: undefined, file: 'x' })
    console.log(JSON.stringify([getCompileCacheDir(), await link.call('compileCache')]))
    await link.close()`
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...env } = process.env
  const said = execFileSync(process.execPath, ['--eval', program], {
    env,
    encoding: 'utf8',
  })
  const [ours, its] = JSON.parse(said)
  assert.ok(String(ours).startsWith(cache))
  assert.equal(its, ours)
  rmSync(cache, { recursive: true })
})
