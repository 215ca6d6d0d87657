/**
 * Plays every conversation of test/transcripts, without sockets and over real ones. Those in which time passes are
 * played without sockets only: when bytes arrive is not for a test to say.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { MemoryStage } from '../packages/chat/src/testing/memory-stage.ts'
import { SocketStage } from '../packages/chat/src/testing/socket-stage.ts'
import { parseTranscript, playTranscript } from '../packages/chat/src/testing/transcript.ts'

const folder = new URL('transcripts/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  const text = readFileSync(new URL(file, folder), 'utf8')

  test(`playTranscript: ${file} happens without sockets`, async () => {
    await playTranscript(text, new MemoryStage())
  })

  if (parseTranscript(text).some(({ step }) => step.do === 'wait')) continue
  test(`playTranscript: ${file} happens over sockets`, async () => {
    const stage = await SocketStage.open()
    try {
      await playTranscript(text, stage)
    } finally {
      await stage.server.close()
    }
  })
}
