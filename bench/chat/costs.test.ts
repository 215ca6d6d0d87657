import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { cpuSeconds, residentBytes } from './costs.ts'

const ON_LINUX = { skip: process.platform === 'linux' ? false : 'reads /proc' }
/** Works for a tenth of a second in a second thread, says so, and stays. */
const BUSY = `
  new (require('node:worker_threads').Worker)('while (process.cpuUsage().user < 100_000);', { eval: true })
    .on('exit', () => console.log('done'))
  process.stdin.resume()
`

test('cpuSeconds counts threads and children that are still there', ON_LINUX, async () => {
  const before = cpuSeconds(process.pid)
  const child = spawn(process.execPath, ['-e', BUSY], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await once(child.stdout, 'data')
    assert.ok(cpuSeconds(child.pid ?? 0) >= 0.09)
    assert.ok(cpuSeconds(process.pid) - before >= 0.09)
    assert.ok(residentBytes(process.pid) > residentBytes(child.pid ?? 0))
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})

/** Starts and ends a thread and a process again and again, as a server's workers come and go. */
const RESTLESS = `
  const { Worker } = require('node:worker_threads')
  const thread = () => new Worker('', { eval: true }).on('exit', thread)
  const child = () => require('node:child_process').spawn('true').on('exit', child)
  thread(), child()
  console.log('begun')
`

test('cpuSeconds and residentBytes get over threads and children that end meanwhile', ON_LINUX, async () => {
  const child = spawn(process.execPath, ['-e', RESTLESS], { stdio: ['pipe', 'pipe', 'inherit'] })
  const pid = child.pid ?? 0
  try {
    await once(child.stdout, 'data')
    for (let i = 0; i < 1000; i++) {
      assert.ok(cpuSeconds(pid) > 0)
      assert.ok(residentBytes(pid) > 0)
    }
  } finally {
    child.kill()
    await once(child, 'exit')
  }
  assert.deepEqual([cpuSeconds(pid), residentBytes(pid)], [0, 0])
})
