/** Statements that are prepared once, when they are first needed. Only for SQL of ours, of which there is little. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Row } from './rows.ts'

export class Statements {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  all(sql: string, values: readonly (string | number)[]): Row[] {
    return this.#statement(sql).all(...values)
  }

  get(sql: string, values: readonly (string | number)[]): Row | undefined {
    return this.#statement(sql).get(...values)
  }

  #statement(sql: string): StatementSync {
    const statement = this.#prepared.get(sql) ?? this.#db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}
