/** Where the help comes from: the files of the packages whose names are in scope. */
import { memoryPair, scripted } from '@partyline/sockets/testing'
import { type Declaration, declarationsOf } from './declarations.ts'
import { HelpTexts } from './help-texts.ts'

/** The help on everything that is in scope. Reads about 40 small files. */
export function openHelp(): HelpTexts {
  const of = (module: string): Declaration[] => declarationsOf(import.meta.resolve(module))
  const streams = of('@partyline/sockets/testing').filter(({ name }) => STREAMS.includes(name))
  return new HelpTexts([
    {
      title: "the tutorials' calls, also as socket.socket and so on",
      declarations: of('@partyline/sockets/berkeley'),
    },
    { title: 'the library', declarations: of('@partyline/sockets') },
    { title: 'streams without a network', declarations: streams },
  ])
}

/** Of the testing module: the two kinds of stream, and what their signatures name. */
const STREAMS = [memoryPair.name, scripted.name, 'MemoryPairOptions', 'ScriptStep', 'ScriptedStream']
