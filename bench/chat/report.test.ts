import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Round } from './compare.ts'
import { formatGoals, formatScenario } from './report.ts'
import { GOALS, type Goal, SCENARIOS, type Scenario } from './scenarios.ts'

const SCENARIO: Scenario = {
  id: 'few',
  title: 'Few people log in',
  kind: 'joins',
  people: 3,
  sides: ['naive', 'memory', 'full'],
}
const ROUNDS: readonly Round[] = [
  { naive: { cpu: 2, seconds: 3 }, memory: { cpu: 1, seconds: 1 } },
  { naive: { cpu: 4, seconds: 3 }, memory: { cpu: 1, seconds: 2 } },
  { naive: { cpu: 4, seconds: 4 }, memory: { cpu: 4, seconds: 9 } },
]

test('formatScenario gives medians, and the ratios of the rounds; a side that was not there has no line', () => {
  assert.equal(
    formatScenario({ scenario: SCENARIO, rounds: ROUNDS }),
    [
      '**Few people log in**',
      '',
      '| server | CPU s | of the naive one’s | seconds |',
      '|---|---|---|---|',
      '| naive | 4.00 | 1 | 3.00 |',
      '| Partyline, history in memory | 1.00 | 0.50 (0.25 to 1.00) | 2.00 |',
    ].join('\n'),
  )
})

test('formatGoals judges the median, of ratios or alone, and leaves out what was not measured', () => {
  const goals: readonly Goal[] = [
    { scenario: 'few', metric: 'cpu', of: 'memory', over: 'naive', most: 0.5 },
    { scenario: 'few', metric: 'seconds', of: 'memory', most: 1.5 },
    { scenario: 'few', metric: 'cpu', of: 'full', over: 'memory', most: 1 },
    { scenario: 'many', metric: 'cpu', of: 'memory', most: 1 },
  ]
  assert.deepEqual(formatGoals(goals, [{ scenario: SCENARIO, rounds: ROUNDS }]).split('\n'), [
    '| goal | min | median | max | at most |  |',
    '|---|---|---|---|---|---|',
    '| few: CPU s, Partyline, history in memory, of naive | 0.25 | 0.50 | 1.00 | 0.50 | met |',
    '| few: seconds, Partyline, history in memory | 1.00 | 2.00 | 9.00 | 1.50 | **over** |',
  ])
})

test('every goal is of a scenario and of sides that it has', () => {
  for (const { scenario, of, over = of } of GOALS) {
    const sides = SCENARIOS.find(({ id }) => id === scenario)?.sides ?? []
    assert.ok(sides.includes(of) && sides.includes(over), scenario)
  }
})
