/** Nobody listens where the program under test should: there is nothing to be checked. */
export class NobodyThere extends Error {
  override readonly name = 'NobodyThere'
}
