/** Text sessions with more of what strangers may send than every run of the tests has time for. */
import { test } from 'node:test'
import fc from 'fast-check'
import { assertHarmless, INPUTS, strangers } from '../../testing/strangers.ts'

test('TextSession: 200,000 inputs of strangers, and others hear only lines of theirs', async () => {
  await fc.assert(fc.asyncProperty(strangers, assertHarmless), { numRuns: 200_000 / INPUTS })
})
