/** The public names of the chat server: open one, and the table of its settings. */
export { DEFAULT_CONFIG, SETTINGS, type ServerConfig, type Setting } from './config.ts'
export { type ChatServer, openServer, type ServerHooks } from './server.ts'
