import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metrics, type ServerStats } from './metrics.ts'

const STATS: ServerStats = {
  door: {
    sessions: 5,
    isFull: false,
    accepted: 12,
    refused: { full: 1, 'many-at-once': 2, 'many-new': 0 },
    deliveries: 400,
    queuedBytes: 4096,
    slowReadersCut: 3,
    faults: 0,
  },
  people: 4,
  rooms: 2,
  spooled: 7,
  lost: 0,
}

/** The sample lines, by their name with labels. */
async function samples(metrics: Metrics, stats: ServerStats = STATS): Promise<Map<string, number>> {
  const lines = (await metrics.text(stats)).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

test('Metrics.text has what the server counts, as it is when it is asked', async () => {
  const metrics = new Metrics(() => 50_000_000)
  const first = await samples(metrics)
  for (const [name, value] of [
    ['sessions', 5],
    ['people', 4],
    ['rooms', 2],
    ['queued_bytes', 4096],
    ['spooled_events', 7],
    ['resident_bytes', 50_000_000],
    ['lost_events_total', 0],
    ['deliveries_total', 400],
    ['connections_total', 12],
    ['slow_readers_cut_total', 3],
    ['faults_total', 0],
    ['connections_refused_total{reason="many-at-once"}', 2],
    ['connections_refused_total{reason="many-new"}', 0],
  ] as const) {
    assert.equal(first.get(`partyline_${name}`), value, name)
  }
  const door = { ...STATS.door, deliveries: 500 }
  const second = await samples(metrics, { ...STATS, people: 1, door })
  assert.equal(second.get('partyline_people'), 1)
  assert.equal(second.get('partyline_deliveries_total'), 500)
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/)
})

test('Metrics.text has a help and a type for each name, and no name of somebody else', async () => {
  const metrics = new Metrics()
  metrics.start()
  const text = await metrics.text(STATS)
  const names = new Set(
    [...text.matchAll(/^# TYPE (\S+) (?:counter|gauge|histogram)$/gm)].map(([, name]) => name),
  )
  for (const [, name] of text.matchAll(/^# HELP (\S+) \S.*\.$/gm)) assert.ok(names.delete(name), String(name))
  assert.equal(names.size, 0)
  assert.doesNotMatch(text, /^(?!partyline_|#|$)/m)
  const late = (await samples(metrics)).get('partyline_event_loop_delay_seconds{quantile="1"}') ?? -1
  assert.ok(late >= 0)
  assert.ok(((await samples(metrics)).get('partyline_resident_bytes') ?? 0) > 1_000_000)
  metrics.close()
})

test('Metrics.committed counts messages, and how long commits took, those that failed among them', async () => {
  const metrics = new Metrics()
  metrics.committed({ ms: 30, messages: 2, failed: false })
  metrics.committed({ ms: 500, messages: 0, failed: true })
  const all = await samples(metrics)
  for (const [name, value] of [
    ['messages_total', 2],
    ['commits_failed_total', 1],
    ['commit_seconds_count', 2],
    ['commit_seconds_sum', 0.53],
    ['commit_seconds_bucket{le="0.02"}', 0],
    ['commit_seconds_bucket{le="0.05"}', 1],
    ['commit_seconds_bucket{le="0.5"}', 2],
  ] as const) {
    assert.equal(all.get(`partyline_${name}`), value, name)
  }
})
