/** Everything that a user of the library can name says what it is, in a doc comment that editors show. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declarationsOf, publicNames } from './public-names.ts'

for (const entry of ['index.ts', 'testing/index.ts', 'berkeley.ts']) {
  const names = publicNames(`packages/sockets/src/${entry}`)
  const declarations = names.flatMap((name) => declarationsOf(name))

  test(`every name that ${entry} of the sockets exports has a doc comment`, () => {
    const found = new Set(declarations.map(({ name }) => name))
    assert.deepEqual(
      names.filter(({ name }) => !found.has(name)),
      [],
      'their declarations were not found',
    )
    assert.deepEqual(silent(false), [])
  })

  test(`every member of what ${entry} of the sockets exports has a doc comment`, () => {
    assert.deepEqual(silent(true), [])
  })

  function silent(members: boolean): string[] {
    const without = declarations.filter(({ name, doc }) => doc === '' && name.includes('.') === members)
    return without.map(({ name }) => name)
  }
}
