/** The text door with many people at once, on the real clock. */
import { test } from 'node:test'
import { systemClock } from '../../system-clock.ts'
import { everybodyTalks } from '../../testing/everybody-talks.ts'
import { SocketStage } from '../../testing/socket-stage.ts'

test('the text door: 200 people say 200 messages each, and all hear every line whole, once and in one order', async () => {
  const stage = await SocketStage.open({ clock: systemClock, commitWindow: 10 })
  try {
    await everybodyTalks(stage, 200, 200)
  } finally {
    await stage.server.close()
  }
})
