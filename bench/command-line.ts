/** What the benchmarks' command lines have in common. */

/** A number of rounds; throws a RangeError that names the flag. */
export function roundsOf(flag: string, text: string, most: number): number {
  const rounds = Number(text)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > most)
    throw new RangeError(`${flag} must be from 1 to ${most}`)
  return rounds
}

/** The scenarios that `--only a,b` names; all of them without it. Throws a RangeError for one that is not there. */
export function chosen<T extends { readonly id: string }>(all: readonly T[], only: string | undefined): T[] {
  const ids = only?.split(',')
  const unknown = ids?.find((id) => !all.some((scenario) => scenario.id === id))
  if (unknown !== undefined) throw new RangeError(`--only: there is no scenario ${unknown}`)
  return all.filter(({ id }) => ids === undefined || ids.includes(id))
}

/** Runs a benchmark's `main`. What was asked wrongly is told in a sentence, any other error with all that it knows. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(isWrongAsked(error) ? error.message : error)
    process.exitCode = 1
  })
}

function isWrongAsked(error: unknown): error is Error {
  if (error instanceof RangeError) return true
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
