/** The public names of the chat server: open one, its settings, its log, and how it stores passwords. */
export {
  hashPassword,
  isPasswordHash,
  NOBODYS_PASSWORD,
  PASSWORD_COST,
  verifyPassword,
} from './accounts/passwords.ts'
export {
  DEFAULT_CONFIG,
  KEEP_NOTHING,
  SETTINGS,
  type ServerConfig,
  type Setting,
  type Synchronous,
} from './config.ts'
export { ConfigFileError, type FileSetting, MAX_CONFIG_FILE, readConfigFile } from './config-file.ts'
export { ChatError } from './core/errors.ts'
export type { HistoryMessage, Kept, KeptMessage, Reaction } from './core/events.ts'
export { caseless } from './core/names.ts'
export { LOBBY, parseRoomName } from './core/room-names.ts'
export {
  type HistoryQuery,
  type Point,
  type RoomRecord,
  type SearchQuery,
  type SearchWord,
  STORE_ERRORS,
  StoreError,
  type StoreErrorCode,
} from './core/store.ts'
export { HISTORY_FILE } from './data-folder.ts'
export {
  ADMIN_SOCKET,
  type AdminReply,
  MAX_ADMIN_LINE,
  MAX_SOCKET_PATH,
  parseAdminReply,
} from './doors/admin/admin-lines.ts'
export type { Log, LogLevel } from './doors/log.ts'
export { StatusDoorError } from './doors/status/error.ts'
export { ServerLog, type ServerLogOptions } from './logs.ts'
export { openFilesLimit } from './open-files.ts'
export { type ChatServer, openServer, type ServerHooks } from './server.ts'
export { type History, type MessagesOptions, openHistory } from './stores/open-history.ts'
export { backupHistory, restoreHistory } from './stores/sqlite/backup.ts'
