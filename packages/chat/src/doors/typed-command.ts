/** A line that somebody typed as a command, taken apart: its name, and as many words as the command takes. */
import { didYouMean } from '@partyline/protocols'

export interface TypedCommand {
  /** As typed; empty when the line is blank. */
  readonly name: string
  /** What follows the name and its blanks, as it is. */
  readonly rest: string
}

export function parseCommand(line: string): TypedCommand {
  const [, name = '', rest = ''] = /^\s*(\S*)\s*(.*)$/su.exec(line) ?? []
  return { name, rest }
}

/** At most `most` words; the last of them is the rest as it is: what somebody says keeps its blanks. */
export function splitWords(text: string, most: number): string[] {
  const words: string[] = []
  let rest = text
  while (words.length < most - 1 && rest !== '') {
    const [, word = '', after = ''] = /^(\S+)\s*(.*)$/su.exec(rest) ?? []
    words.push(word)
    rest = after
  }
  if (most > 0 && rest.trim() !== '') words.push(rest)
  return words
}

/** The entry of a table under a typed name, in any case. Not just `table[name]`: `constructor` is no command. */
export function findCommand<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  const key = name.toLowerCase()
  return Object.hasOwn(table, key) ? table[key] : undefined
}

/** What to say about a name that is not in the table. `mark` stands before every command: `/`, or nothing. */
export function unknownCommand(table: Readonly<Record<string, unknown>>, name: string, mark: string): string {
  const meant = didYouMean(name.toLowerCase(), Object.keys(table))
  const list = `${mark}help lists them`
  const advice = meant === undefined ? list : `did you mean ${mark}${meant}? ${list}`
  return `there is no command ${mark}${name}: ${advice}`
}
