/** The tables of points: what holds for each of them. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SERVICES } from '@partyline/services'
import { CLIENT_EXERCISES } from './clients/index.ts'
import { exampleFile } from './result-lines.ts'
import { SERVER_EXERCISES } from './servers/index.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const EXERCISES = [...SERVER_EXERCISES, ...CLIENT_EXERCISES]

test('every exercise has points with ids of their own, short and stable', () => {
  for (const { name, points } of EXERCISES) {
    const ids = points.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, name)
    for (const id of ids) assert.match(id, /^[a-z0-9-]{2,16}$/)
  }
})

test('every point says why it matters in one sentence, and its title goes on from "the program"', () => {
  for (const { points } of EXERCISES) {
    for (const { title, why } of points) {
      assert.match(title, /^[a-z]/)
      assert.doesNotMatch(title, /\.$/)
      assert.match(why, /^\S.*\.$/)
      assert.doesNotMatch(why, /[.] [A-Z]/)
    }
  }
})

test('the example that a point names is there', () => {
  for (const { points } of EXERCISES) {
    for (const point of points) assert.ok(existsSync(`${ROOT}${exampleFile(point)}`), exampleFile(point))
  }
})

test('an exercise listens where its service does', () => {
  const ports = new Map(SERVICES.map(({ name, port }) => [String(name), port]))
  for (const { name, port } of EXERCISES) {
    if (name !== 'chat' && name !== 'http') assert.equal(port, ports.get(name), name)
  }
})
