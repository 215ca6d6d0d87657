/** The process that makes the load. Its own cost is not measured. */
import { answerParent } from '../child.ts'
import { LOADS, release } from './loads.ts'
import type { Question } from './questions.ts'
import { operationsIn } from './scenarios.ts'

answerParent(async (question: Question) => {
  if (question.ask === 'release') release()
  else if (question.ask === 'load') {
    await LOADS[question.load](question.port, question.work)
    return operationsIn(question.work)
  } else throw new TypeError(`the load generator cannot ${question.ask}`)
  return 0
})
