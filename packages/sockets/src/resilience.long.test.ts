import { test } from 'node:test'
import { connectAndClose, randomResets } from './testing/storm.ts'

test('TcpListener serve and TcpSocket survive 1,000 resets at random moments', () => randomResets(1000, 101))

test('TcpSocket connect and close 10,000 times leave no descriptor, timer or listener', () =>
  connectAndClose(10_000))
