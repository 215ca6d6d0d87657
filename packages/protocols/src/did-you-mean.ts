/** "Did you mean": the known word behind a misspelt one, for whoever answers typed commands. */

/**
 * The word that was probably meant: the first that begins so, else the nearest with at most two typing errors, and
 * at most one for each two letters. Undefined when none is near. The first of equals wins.
 */
export function didYouMean(typed: string, words: readonly string[]): string | undefined {
  // Nobody misspells a long word into a short one, and the work below is the product of both lengths.
  if (typed === '' || typed.length > 40) return undefined
  const begun = words.find((word) => word.startsWith(typed))
  if (begun !== undefined) return begun
  let best: string | undefined
  let fewest = Math.min(2, Math.floor(typed.length / 2)) + 1
  for (const word of words) {
    const errors = typingErrors(typed, word)
    if (errors < fewest) [best, fewest] = [word, errors]
  }
  return best
}

/**
 * How many typing errors lie between two words: a letter too many, missing or wrong, or two neighbours
 * swapped (optimal string alignment distance).
 */
export function typingErrors(from: string, to: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? from.length
}
