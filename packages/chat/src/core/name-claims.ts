/** Getting a name for somebody who comes in: what they typed made fit, and a free variant when it is taken. */
import { ChatError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { fitName, isReserved, type NameChange, numberedName } from './names.ts'

/** A name that is somebody's alone until they leave. */
export interface NameClaim {
  /** The id of the person to be, who holds the claim. */
  readonly id: string
  readonly name: string
  /** What was typed, made fit: the name itself unless that one was taken or reserved. */
  readonly wanted: string
  /** Why it is not what was typed; empty when it is. */
  readonly changes: readonly NameChange[]
}

/** Claims a name for a holder: false when it, or one that looks like it, is another's. */
export type Claim = (name: string, holder: string) => Promise<boolean>

/** Claims the first free one of `ann`, `ann2`, `ann3` and so on for `id`. Rejects with `no-free-name`. */
export async function claimFreeName(typed: string, id: string, claim: Claim): Promise<NameClaim> {
  const { name: wanted, changes } = fitName(typed)
  if (!isReserved(wanted) && (await claim(wanted, id))) return { id, name: wanted, wanted, changes }
  const why: NameChange = isReserved(wanted) ? 'reserved' : 'taken'
  for (const number of numbers(id)) {
    const name = numberedName(wanted, number)
    if (!isReserved(name) && (await claim(name, id))) return { id, name, wanted, changes: [...changes, why] }
  }
  throw new ChatError('no-free-name', wanted)
}

/** Claims this one name, made fit, and no variant. Rejects with `name-taken` or `name-reserved`. */
export async function claimThisName(typed: string, id: string, claim: Claim): Promise<NameClaim> {
  const { name, changes } = fitName(typed)
  if (isReserved(name)) throw new ChatError('name-reserved', name)
  if (!(await claim(name, id))) throw new ChatError('name-taken', name)
  return { id, name, wanted: name, changes }
}

// Small ones one by one, because people like them; then from a place of each id's own in a wide range, so that the
// thousandth guest does not ask for the names of all those before.
function* numbers(id: string): Generator<number> {
  for (let number = 2; number <= FEW; number += 1) yield number
  let place = 0
  for (const character of id) place = (place * 31 + character.charCodeAt(0)) % RANGE
  for (let tries = FEW; tries < LIMITS.nameTries; tries += 1) yield FEW + 1 + ((place + tries) % RANGE)
}

/** A class that all types the same name. */
const FEW = 30
const RANGE = 99_979
