import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBegunImport, withoutImports } from './imports.ts'

test('withoutImports makes constants of every form of import', () => {
  for (const [statement, code] of [
    ["import 'a'", 'await load("a");'],
    [
      "import * as socket from '@partyline/sockets/berkeley'",
      'const socket = await load("@partyline/sockets/berkeley");',
    ],
    ['import fs from "node:fs";', 'const { default: fs } = await load("node:fs");'],
    ["import { a, b as c } from 'x'", 'const { a, b: c } = await load("x");'],
    ["import d, { a } from 'x'", 'const { default: d, a } = await load("x");'],
    ["import {\n  a,\n  type T,\n} from 'x'", 'const { a } = await load("x");'],
    ["import type { T } from 'x'", ''],
    [
      "import { a } from 'x'\nimport { b } from 'y'",
      'const { a } = await load("x");\nconst { b } = await load("y");',
    ],
    ["const m = await import('node:x')", "const m = await load('node:x')"],
    ['const important = 1', 'const important = 1'],
    ["say('import a from b')", "say('import a from b')"],
  ] as const) {
    assert.equal(withoutImports(statement, 'load'), code)
  }
})

test('isBegunImport sees an import whose names go on in the next line', () => {
  for (const begun of ['import {', 'import { a,', 'import d, {\n  a,', 'import type {']) {
    assert.equal(isBegunImport(begun), true, begun)
  }
  for (const whole of ["import { a } from 'x'", 'import { a }', 'const x = {', "import 'x'"]) {
    assert.equal(isBegunImport(whole), false, whole)
  }
})
