/** `partyline backup`: a copy of the history in one file, made while the server runs or not. */
import { stat } from 'node:fs/promises'
import { backupHistory, type History, StoreError } from '@partyline/chat'
import type { Command } from '../commands.ts'
import { CommandError } from '../failure.ts'
import { HISTORY_FLAGS, withHistory } from '../history/history-file.ts'
import { summaryOf, summaryWords } from '../history/summary.ts'
import { sized } from '../history/words.ts'
import { Report } from '../report.ts'
import { JSON_FLAG } from '../socket-flags.ts'

export const backup: Command = {
  words: 'FILE',
  maxWords: 1,
  about: [
    'Copies the whole history into one file, as it is at one moment, with the server running or not; nobody in',
    'the chat notices. A file that is there already is never written over. The copy can be read by its owner',
    'only, since everything that was ever said is in it, private conversations too. The history is checked as well,',
    'which takes some seconds for each million messages: the exit code is 1 when it is damaged, and the copy with',
    'it. `partyline restore` puts it back.',
  ],
  flags: [...HISTORY_FLAGS, JSON_FLAG],
  json: 'result',
  examples: [['partyline backup chat-$(date +%F).backup', "today's copy"]],
  run: async (values, [to], io) => {
    io.stepBack?.() // nobody in the chat shall notice
    if (to === undefined || to === '' || to === '-') {
      throw new CommandError(2, 'no file was given for the copy.', ['partyline backup FILE'])
    }
    return await withHistory(values, async (history, file) => {
      await copy(file, to)
      const report = new Report(io, values)
      const summary = summaryOf(history)
      const { size } = await stat(to)
      report.note(`${summaryWords(summary)}, ${sized(size)}, are in ${to}`)
      report.object({ file: to, bytes: size, ...summary })
      refuseDamage(history, to)
      return 0
    })
  },
}

/** Whoever throws older copies away must know it: a copy of a damaged history is as damaged, and will not be restored. */
function refuseDamage(history: History, to: string): void {
  const [fault] = history.faults()
  if (fault === undefined) return
  const hints = ['Keep older copies. See what is wrong:  partyline doctor']
  const facts = { file: to }
  throw new CommandError(
    1,
    `the history is damaged, and so is the copy in ${to} (${fault}).`,
    hints,
    undefined,
    facts,
  )
}

async function copy(file: string, to: string): Promise<void> {
  try {
    await backupHistory(file, to)
  } catch (error) {
    if (!(error instanceof StoreError && error.about === to)) throw error
    if (error.code === 'missing')
      throw new CommandError(1, `cannot write ${to}: there is no such folder.`, [], error)
    if (error.code !== 'exists') throw error
    const hint = 'A copy never replaces a file: give it another name.'
    throw new CommandError(1, `${to} is there already.`, [hint], error, { file: to })
  }
}
