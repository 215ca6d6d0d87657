import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Evaluator, type EvaluatorOptions, interruption, type Outcome } from './evaluator.ts'

function open(names: EvaluatorOptions['names'] = {}): Evaluator {
  return new Evaluator({ names, load: async (specifier) => ({ default: specifier, named: 7 }) })
}

async function resultOf(evaluator: Evaluator, statement: string): Promise<unknown> {
  const outcome = await evaluator.evaluate(statement)
  assert.equal(outcome.is, 'value', statement)
  return outcome.is === 'value' ? outcome.value : undefined
}

test('Evaluator hands over every kind of value, as itself', async () => {
  const here = { some: 'object' }
  using evaluator = open({ here })
  for (const [statement, value] of [
    ['1 + 1', 2],
    ['"text"', 'text'],
    ['undefined', undefined],
    ['null', null],
    ['-0', -0],
    ['NaN', Number.NaN],
    ['1 / 0', Number.POSITIVE_INFINITY],
    ['12345678901234567890n', 12_345_678_901_234_567_890n],
    ['await 5', 5],
    ['', undefined],
    ['// a comment', undefined],
    ['{ a: 1 }', { a: 1 }],
    ['{ let inner = 3; inner }', 3],
  ] as const) {
    assert.deepEqual(await resultOf(evaluator, statement), value, statement)
  }
  assert.equal(await resultOf(evaluator, 'here'), here)
  assert.equal(await resultOf(evaluator, 'new Error("x") instanceof Error'), true)
})

test('Evaluator keeps what a statement declares, lets it be declared again, and knows the last value', async () => {
  using evaluator = open({ given: 1 })
  await resultOf(evaluator, 'const kept = await Promise.resolve([1, 2])')
  await resultOf(evaluator, 'let [first, second] = kept; function added() { return first + second + given }')
  assert.equal(await resultOf(evaluator, 'added()'), 4)
  assert.equal(await resultOf(evaluator, '_ + 1'), 5)
  await resultOf(evaluator, 'const kept = "again", given = 2')
  assert.equal(await resultOf(evaluator, 'kept + given'), 'again2')
})

test('Evaluator hands over what is thrown, from everywhere', async () => {
  using evaluator = open({ fail: async () => Promise.reject(new RangeError('later')) })
  const cases: readonly (readonly [statement: string, error: RegExp])[] = [
    ['throw 5', /^5$/],
    ['nobodyKnowsThis', /^ReferenceError: nobodyKnowsThis is not defined$/],
    ['await fail()', /^RangeError: later$/],
    ['a b', /^SyntaxError: /],
    ['f(1 2)', /^SyntaxError: missing \)/],
    ['"open', /^SyntaxError: /],
    ['eval("(")', /^SyntaxError: /],
    ['const typed: number = 1', /^SyntaxError: /],
  ]
  for (const [statement, error] of cases) {
    const outcome = await evaluator.evaluate(statement)
    assert.equal(outcome.is, 'error', statement)
    assert.match(String(outcome.is === 'error' ? outcome.error : ''), error, statement)
  }
})

test('Evaluator tells a statement that goes on from one that is wrong, and runs nothing of it', async () => {
  let calls = 0
  using evaluator = open({ call: () => (calls += 1) })
  for (const begun of [
    'call(',
    'call(1',
    'call(1,',
    'call(1 // and then',
    'call(\n  1\n',
    'const list = [',
    'const [one,',
    'if (call()) {',
    'for (;;)',
    'async function more() {',
    '`a template',
    '/* a comment',
    'await',
    'call() +',
    'class Thing {',
    '({ a: 1',
  ]) {
    assert.deepEqual(await evaluator.evaluate(begun), { is: 'unfinished' }, begun)
  }
  assert.equal(calls, 0)
  assert.equal(await resultOf(evaluator, 'call(\n  1\n)'), 1)
})

test('Evaluator.interrupt ends the waiting, and cancels what that statement waits for', async () => {
  const waiting = Promise.withResolvers<AbortSignal | undefined>()
  const wait = (): Promise<never> => {
    waiting.resolve(interruption.getStore())
    return new Promise(() => {})
  }
  using evaluator = open({ wait, signal: () => interruption.getStore() })
  assert.equal(evaluator.interrupt(), false)
  await resultOf(evaluator, 'const before = signal()')
  const outcome: Promise<Outcome> = evaluator.evaluate('await wait()')
  const signal = await waiting.promise
  assert.equal(evaluator.interrupt(), true)
  assert.deepEqual(await outcome, { is: 'interrupted' })
  assert.equal(signal?.aborted, true)
  assert.equal(await resultOf(evaluator, 'before.aborted || signal().aborted'), false)
})

test('Evaluator takes the terminal out of its raw mode while a statement runs', async () => {
  const modes: boolean[] = []
  const { stdin } = process
  const terminal = Object.create(stdin, { setRawMode: { value: (raw: boolean) => modes.push(raw) } })
  using evaluator = new Evaluator({ names: { modes }, load: async () => ({}), terminal })
  assert.equal(await resultOf(evaluator, 'modes.join()'), 'false')
  assert.deepEqual(modes, [false, true])
})

test('Evaluator.look sees a value, and does nothing for it', async () => {
  let calls = 0
  using evaluator = open({ thing: { part: 'here' }, call: () => (calls += 1) })
  await resultOf(evaluator, 'const own = { deep: [1] }')
  assert.equal(evaluator.look('thing.part'), 'here')
  assert.deepEqual(evaluator.look('own.deep'), [1])
  assert.equal(evaluator.look('nowhere.at.all'), undefined)
  assert.equal(evaluator.look('call()'), undefined)
  assert.equal(evaluator.look('a b'), undefined)
  assert.equal(calls, 0)
})

test('Evaluator loads what a statement imports', async () => {
  using evaluator = open()
  assert.equal(await resultOf(evaluator, "import whole, { named as own } from 'some'; whole + own"), 'some7')
  assert.equal(await resultOf(evaluator, "(await import('node:other')).default"), 'node:other')
})

test('Evaluator takes its names away when it is disposed of', () => {
  open({ onlyHere: 1 })[Symbol.dispose]()
  assert.equal('onlyHere' in globalThis, false)
})
