import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaint, importsOf } from './arrows.ts'
import { circles } from './circles.ts'

test('importsOf finds every form of import and skips comments', () => {
  const source = `
/* import 'no' */
// import 'no'
import 'a'
import b from 'b'
import type { C } from 'c'
import {
  d,
} from './d.ts'
export { e } from './e.ts'
export type { F } from './f.ts'
const g = await import('g')
`
  const found = importsOf(source)
  assert.deepEqual(
    found.map(({ target }) => target),
    ['a', 'b', 'c', './d.ts', './e.ts', './f.ts', 'g'],
  )
  assert.deepEqual(
    found.filter(({ isValue }) => !isValue).map(({ target }) => target),
    ['c', './f.ts'],
  )
})

const allowed: [string, string, string?][] = [
  ['packages/sockets/src/connect.ts', 'node:net'],
  ['packages/sockets/src/connect.ts', './address.ts', 'packages/sockets/src/address.ts'],
  ['packages/chat/src/doors/text/door.ts', '@partyline/sockets'],
  ['packages/chat/src/doors/text/session.ts', '../../core/chat.ts', 'packages/chat/src/core/chat.ts'],
  ['packages/chat/src/core/names.test.ts', 'node:test'],
  ['packages/cli/src/main.ts', '@partyline/chat'],
  ['packages/chat/src/core/chat.test.ts', '../stores/memory.ts', 'packages/chat/src/stores/memory.ts'],
]
for (const [path, target, resolved] of allowed) {
  test(`complaint lets ${path} import ${target}`, () => {
    assert.equal(complaint(path, target, resolved), undefined)
  })
}

const refused: [string, string, string?][] = [
  ['packages/sockets/src/connect.ts', '@partyline/protocols'],
  ['packages/sockets/src/connect.ts', 'ws'],
  ['packages/protocols/src/lines.ts', 'node:buffer'],
  ['packages/protocols/src/lines.ts', '../../sockets/src/index.ts', 'packages/sockets/src/index.ts'],
  ['packages/chat/src/core/chat.ts', 'node:crypto'],
  ['packages/chat/src/core/chat.ts', '@partyline/sockets'],
  ['packages/chat/src/core/chat.ts', '../stores/memory.ts', 'packages/chat/src/stores/memory.ts'],
  ['packages/chat/src/stores/memory.ts', '../doors/door.ts', 'packages/chat/src/doors/door.ts'],
  ['packages/chat/src/server.ts', 'partyline'],
  ['packages/chat/src/core/chat.test.ts', '../../../cli/src/io.ts', 'packages/cli/src/io.ts'],
]
for (const [path, target, resolved] of refused) {
  test(`complaint refuses that ${path} imports ${target}`, () => {
    assert.match(complaint(path, target, resolved) ?? '', new RegExp(`^${path} imports`))
  })
}

test('circles finds a circle once, and none in a tree', () => {
  const circle = circles(
    new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
    ]),
  )
  assert.deepEqual(circle, [['a', 'b', 'c', 'a']])
  const tree = circles(
    new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', []],
    ]),
  )
  assert.deepEqual(tree, [])
})
