import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePorts } from './ports.ts'

test('parsePorts takes numbers, ranges and services, each port once and in order', async () => {
  assert.deepEqual(await parsePorts(['8002', '8000-8002', 'http', '80'], 'tcp'), [8002, 8000, 8001, 80])
  assert.deepEqual(await parsePorts(['tftp'], 'udp'), [69])
})

test('parsePorts refuses what is no port and no range', async () => {
  for (const [word, sentence] of [
    ['99999', '99999 is not a port. Ports go from 1 to 65535.'],
    ['0-5', '0 is not a port. Ports go from 1 to 65535.'],
    ['1-70000', '70000 is not a port. Ports go from 1 to 65535.'],
    ['20-10', '20-10 is no range of ports: 20 is more than 10.'],
    ['no-such-service', 'no-such-service is not a port. Ports go from 1 to 65535.'],
  ] as const) {
    await assert.rejects(parsePorts([word], 'tcp'), { exitCode: 2, message: sentence })
  }
})
