/** Getting a name for somebody who comes in: what they typed made fit, and a free variant when it is taken. */
import { ChatError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { fitName, isReserved, type NameChange, nameKeys, numberedName } from './names.ts'
import type { Store } from './store.ts'

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

/** Claims the first free one of `ann`, `ann2`, `ann3` and so on for `id`. Rejects with `no-free-name` or `store-failed`. */
export async function claimFreeName(
  typed: string,
  id: string,
  store: Pick<Store, 'claimName'>,
): Promise<NameClaim> {
  const { name: wanted, changes } = fitName(typed)
  if (!isReserved(wanted) && (await claim(wanted, id, store))) return { id, name: wanted, wanted, changes }
  const why: NameChange = isReserved(wanted) ? 'reserved' : 'taken'
  for (const number of numbers(id)) {
    const name = numberedName(wanted, number)
    if (!isReserved(name) && (await claim(name, id, store)))
      return { id, name, wanted, changes: [...changes, why] }
  }
  throw new ChatError('no-free-name', wanted)
}

// Small ones one by one, because people like them; then from a place of each id's own in a wide range, so that the
// thousandth guest does not ask for the names of all those before.
function* numbers(id: string): Generator<number> {
  for (let number = 2; number <= 20; number += 1) yield number
  let place = 0
  for (const character of id) place = (place * 31 + character.charCodeAt(0)) % RANGE
  for (let tries = 20; tries < LIMITS.nameTries; tries += 1) yield 21 + ((place + tries) % RANGE)
}

const RANGE = 99_979

async function claim(name: string, id: string, store: Pick<Store, 'claimName'>): Promise<boolean> {
  try {
    return await store.claimName(nameKeys(name), id)
  } catch (cause) {
    throw new ChatError('store-failed', undefined, cause)
  }
}
