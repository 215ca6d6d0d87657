/**
 * The shape of the history file, step by step. A step that was released is never changed: what comes later is
 * another step at the end, with a copy of the shape before it in fixtures/.
 */
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../core/store.ts'

// Events stand in the order in which they were kept: `n`, which the search goes down from the newest.
//
// `text` is what a message says now (null: it is deleted, or the event is no message) and what is found; `said` is
// what it said at first, once it was changed, and the text of an edit or a topic. `messages` is counted along: over a
// million rows count(*) takes longer than a server may take to start.
const FIRST: readonly string[] = [
  `create table room (
     id integer primary key,
     key text not null unique,
     topic text not null default '',
     last_seq integer not null default 0,
     last_time integer not null default 0,
     messages integer not null default 0
   ) strict`,
  `create table event (
     n integer primary key,
     room integer not null references room (id),
     seq integer not null,
     time integer not null,
     id text not null unique,
     kind text not null,
     from_id text not null,
     from_name text not null,
     from_key text not null,
     to_id text,
     to_name text,
     client_id text,
     reply_to text,
     mentions text,
     target text,
     said text,
     text text,
     edited_at integer,
     deleted_at integer
   ) strict`,
  'create unique index event_seq on event (room, seq)',
  'create index event_time on event (room, time)',
  'create index event_from on event (from_key)',
  'create unique index event_client on event (from_id, client_id) where client_id is not null',
  "create virtual table found using fts5 (text, content = 'event', content_rowid = 'n', tokenize = 'trigram')",
  `create trigger event_kept after insert on event when new.text is not null begin
     insert into found (rowid, text) values (new.n, new.text);
   end`,
  `create trigger event_changed after update of text on event when new.text is not old.text begin
     insert into found (found, rowid, text) select 'delete', old.n, old.text where old.text is not null;
     insert into found (rowid, text) select new.n, new.text where new.text is not null;
   end`,
  `create trigger event_forgotten after delete on event when old.text is not null begin
     insert into found (found, rowid, text) values ('delete', old.n, old.text);
   end`,
  `create table read_position (
     reader text not null,
     room text not null,
     seq integer not null,
     time integer not null,
     primary key (reader, room)
   ) strict, without rowid`,
  'create table owner (pid integer not null) strict',
]

// Who set a room's topic, and when; null without a topic, and where its event is forgotten already.
const TOPIC_SETTERS: readonly string[] = [
  'alter table room add column topic_from_id text',
  'alter table room add column topic_from_name text',
  'alter table room add column topic_time integer',
  `update room set (topic_from_id, topic_from_name, topic_time) =
     (select from_id, from_name, time from event
      where event.room = room.id and kind = 'topic' order by seq desc limit 1)
   where topic <> ''`,
]

// `reactions` is what a message has now, as JSON; `removed` marks a reaction that took one back.
const REACTIONS: readonly string[] = [
  'alter table event add column reactions text',
  'alter table event add column removed integer',
]

export const MIGRATIONS: readonly (readonly string[])[] = [FIRST, TOPIC_SETTERS, REACTIONS]

/** Marks a file as ours (`PRAGMA application_id`): "PaLi". */
export const APPLICATION_ID = 0x50_61_4c_69

/** The number of the shape that a file has; 0: it is empty. Throws `corrupt` and `newer`. */
export function schemaOf(db: DatabaseSync, file: string): number {
  const version = numberOf(db, 'pragma user_version', 'user_version')
  if (numberOf(db, 'pragma application_id', 'application_id') !== APPLICATION_ID) {
    const tables = numberOf(db, 'select count(*) as tables from sqlite_schema', 'tables')
    if (version !== 0 || tables !== 0) throw new StoreError('corrupt', file)
    return 0
  }
  if (version > MIGRATIONS.length) throw new StoreError('newer', file)
  return version
}

/** Brings the file to the shape of today, one transaction for each step. Throws as `schemaOf` does. */
export function migrate(db: DatabaseSync, file: string): void {
  const version = schemaOf(db, file)
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < version) continue
    db.exec('begin immediate')
    try {
      for (const statement of statements) db.exec(statement)
      db.exec(`pragma application_id = ${APPLICATION_ID}`)
      db.exec(`pragma user_version = ${index + 1}`)
      db.exec('commit')
    } catch (error) {
      if (db.isTransaction) db.exec('rollback')
      throw error
    }
  }
}

function numberOf(db: DatabaseSync, sql: string, column: string): number {
  return Number(db.prepare(sql).get()?.[column])
}
