import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Environment } from '../io.ts'
import { wantsColour } from './colour.ts'

test('wantsColour asks the flag, NO_COLOR, FORCE_COLOR and the terminal, in this order', () => {
  const cases: readonly (readonly [
    chosen: boolean | undefined,
    env: Environment,
    isTTY: boolean,
    wanted: boolean,
  ])[] = [
    [true, { NO_COLOR: '1' }, false, true],
    [false, { FORCE_COLOR: '1' }, true, false],
    [undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [undefined, { NO_COLOR: '', FORCE_COLOR: '1' }, false, true],
    [undefined, { NO_COLOR: '', FORCE_COLOR: '' }, false, false],
    [undefined, { NO_COLOR: '', FORCE_COLOR: '' }, true, true],
    [undefined, {}, true, true],
    [undefined, { TERM: 'dumb' }, true, false],
    [undefined, {}, false, false],
  ]
  for (const [chosen, env, isTTY, wanted] of cases) {
    assert.equal(wantsColour(chosen, env, { isTTY }), wanted, JSON.stringify([chosen, env, isTTY]))
  }
})
