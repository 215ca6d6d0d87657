/** Finding people by name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NameIndex } from './name-index.ts'

test('NameIndex finds by name in any case, and by any spelling that is the same name', () => {
  const index = new NameIndex<string>()
  index.add('Lisa', 'a')
  index.add('bob', 'b')
  assert.deepEqual([index.named('lisa'), index.named('1isa'), index.size], ['a', undefined, 2])
  assert.deepEqual([index.like('LISA'), index.like('1isa'), index.like('bobb')], ['a', 'a', undefined])
  assert.deepEqual([...index.values()], ['a', 'b'])
})

test('NameIndex.remove takes away what is still this one’s', () => {
  const index = new NameIndex<string>()
  index.add('lisa', 'a')
  index.add('1isa', 'b')
  index.remove('lisa', 'a')
  assert.deepEqual([index.named('lisa'), index.like('lisa'), index.size], [undefined, 'b', 1])
  index.remove('1isa', 'b')
  assert.equal(index.like('lisa'), undefined)
})
