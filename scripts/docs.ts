/**
 * Writes the reference pages of docs/ that are made out of the code's own tables. A test fails when a page and
 * its table differ; this is what makes them equal again.
 *
 *     node --conditions=partyline-source scripts/docs.ts
 */
import { writeFileSync } from 'node:fs'
import { cliPage } from '../packages/cli/src/docs.ts'

writeFileSync(new URL('../docs/cli.md', import.meta.url), await cliPage())
