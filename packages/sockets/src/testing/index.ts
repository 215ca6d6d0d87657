/**
 * `@partyline/sockets/testing`: streams for tests of protocol code, and the conformance suite for everybody who
 * makes a stream of their own. A table of contents.
 */
export {
  type CheckResult,
  type CheckStreamOptions,
  checkStream,
  checksFor,
  clog,
  type MakePair,
  runCheck,
  STREAM_CHECKS,
  type StreamCheck,
  type StreamTrait,
} from './check-stream.ts'
export { type MemoryPairOptions, memoryPair } from './memory-pair.ts'
export { type ScriptedStream, type ScriptStep, scripted } from './scripted.ts'
