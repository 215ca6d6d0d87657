/**
 * A reader's thread, with a connection of its own. The store starts one for history and, when somebody searches,
 * another for that, so that a page of history never waits for a search.
 */
import { workerData } from 'node:worker_threads'
import { openReading, type ReaderData } from './calls.ts'
import { stepBack } from './step-back.ts'
import { answerCalls } from './worker-calls.ts'

const data = workerData as ReaderData
if (data.stepsBack === true) stepBack()
answerCalls(() => openReading(data))
