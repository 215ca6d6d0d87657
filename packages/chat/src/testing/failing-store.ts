/** A memory store that can be told to fail: to reject, or to hang and answer later, or never. */
import type { Keepable, Kept } from '../core/events.ts'
import { StoreError } from '../core/store.ts'
import { MemoryStore } from '../stores/memory.ts'

export class FailingStore extends MemoryStore {
  /** What happens to each call that writes. `hangs`: it is done when `letGo` is called; `lost`: never answered. */
  mode: 'works' | 'rejects' | 'hangs' | 'hangs after' | 'lost' = 'works'
  error: Error = new StoreError('full')
  /** Appends that were asked for, whatever came of them. */
  appends = 0
  readonly #waiting: (() => void)[] = []

  override async append(batch: readonly Keepable[]): Promise<readonly Kept[]> {
    this.appends += 1
    if (this.mode === 'hangs after') {
      const kept = await super.append(batch)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
      return kept
    }
    await this.#obey()
    return super.append(batch)
  }

  override async claimName(keys: readonly string[], holder: string, until: number): Promise<boolean> {
    await this.#obey()
    return super.claimName(keys, holder, until)
  }

  override async renewNames(holders: readonly string[], until: number): Promise<void> {
    await this.#obey()
    return super.renewNames(holders, until)
  }

  override async releaseName(holder: string): Promise<void> {
    await this.#obey()
    return super.releaseName(holder)
  }

  /** From now on it works, and what hangs is done. */
  letGo(): void {
    this.mode = 'works'
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async #obey(): Promise<void> {
    if (this.mode === 'rejects') throw this.error
    if (this.mode === 'lost') return new Promise(() => {})
    if (this.mode === 'hangs') await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
