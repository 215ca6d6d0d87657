/** Finding people by name: as it is written, in any case, or by what it looks like. */
import { lookAlike } from './look-alikes.ts'
import { caseless } from './names.ts'

export class NameIndex<T> {
  /** In the order in which they were put in. */
  readonly #byName = new Map<string, T>()
  readonly #byLook = new Map<string, T>()

  get size(): number {
    return this.#byName.size
  }

  values(): Iterable<T> {
    return this.#byName.values()
  }

  add(name: string, one: T): void {
    this.#byName.set(caseless(name), one)
    this.#byLook.set(lookAlike(name), one)
  }

  /** Nothing happens when the name is another's by now. */
  remove(name: string, one: T): void {
    const [key, look] = [caseless(name), lookAlike(name)]
    if (this.#byName.get(key) === one) this.#byName.delete(key)
    if (this.#byLook.get(look) === one) this.#byLook.delete(look)
  }

  /** By caseless name. */
  named(name: string): T | undefined {
    return this.#byName.get(name)
  }

  /** By any spelling that counts as the same name. */
  like(typed: string): T | undefined {
    return this.#byName.get(caseless(typed)) ?? this.#byLook.get(lookAlike(typed))
  }
}
