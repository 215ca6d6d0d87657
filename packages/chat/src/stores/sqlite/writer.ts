/** The writer's thread: the only one that changes the history file, one call after the other. */
import { workerData } from 'node:worker_threads'
import { openWriting, type WriterData } from './calls.ts'
import { answerCalls } from './worker-calls.ts'

answerCalls(() => openWriting(workerData as WriterData))
