import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './compare.ts'
import { formatResult, HEADING, summarize } from './report.ts'
import { SCENARIOS, type Scenario, type Work } from './scenarios.ts'

const ANY_CORE = { measured: undefined, load: undefined }

// The loads check every answer, so a round that ends at all has done its work.
for (const scenario of SCENARIOS) {
  test(`compare runs (${scenario.id}) ${scenario.title}, in small`, async () => {
    const [pair, ...others] = await compare(small(scenario), 1, ANY_CORE)
    assert.equal(others.length, 0)
    assert.ok(pair !== undefined && Number.isFinite(pair.ours) && Number.isFinite(pair.node))
    if (scenario.measures === 'cpu') assert.ok(pair.ours > 0 && pair.node > 0)
  })
}

test('compare rejects when a service answers something else than it should', async () => {
  const [scenario] = SCENARIOS
  assert.ok(scenario !== undefined)
  const wrong: Scenario = { ...small(scenario), load: 'writeLines' } // an echo server does not count
  await assert.rejects(compare(wrong, 1, ANY_CORE), /something else/)
})

test('summarize takes the ratio pair by pair, and judges its median', () => {
  const [scenario] = SCENARIOS
  assert.ok(scenario !== undefined)
  const pairs = [
    { ours: 2, node: 1 },
    { ours: 1, node: 1 },
    { ours: 10, node: 10 },
  ]
  const result = summarize(scenario, pairs)
  assert.deepEqual(result.ratio, { min: 1, median: 1, max: 2 })
  assert.equal(result.met, true)
  assert.equal(formatResult(result).length, HEADING.length)
})

function small(scenario: Scenario): Scenario {
  return { ...scenario, warmUp: tiny(scenario.warmUp), work: tiny(scenario.work) }
}

function tiny({ lanes, connections, rounds, size }: Work): Work {
  return {
    lanes: Math.min(lanes, 4),
    connections: Math.min(connections, 10),
    rounds: Math.min(rounds, 50),
    size,
  }
}
