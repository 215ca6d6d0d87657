/**
 * The public names of @partyline/services: the classic small servers, one function each, the table of them, and
 * `openService`, which makes one listen.
 */
export { type CommandsOptions, commands, TYPESCRIPT_VERSION } from './commands.ts'
export { echo } from './echo.ts'
export { greeter } from './greeter.ts'
export { HELLO_BYTES, hello } from './hello.ts'
export { limitVerify, VERIFY_LIMITS, type VerifyLimits } from './limit-verify.ts'
export { type LoginOptions, login, type Verify, WRONG_AFTER } from './login.ts'
export { type OpenService, openService, type ServiceOptions } from './open-service.ts'
export { findService, SERVICES, type ServiceEntry, type ServiceName } from './table.ts'
export { sayLine, talkLines } from './talk.ts'
export { type UdpEchoOptions, udpEcho } from './udp-echo.ts'
export { formatLogRecord, type LogRecord, logRecordObject, type UdpLogOptions, udpLog } from './udp-log.ts'
