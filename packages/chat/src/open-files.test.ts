/** The limit on open files. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { openFilesLimit } from './open-files.ts'

test('openFilesLimit is what the system says', () => {
  if (process.platform === 'win32') {
    assert.equal(openFilesLimit(), undefined)
    return
  }
  const program = `import { openFilesLimit } from ${JSON.stringify(new URL('open-files.ts', import.meta.url).href)}
    process.stdout.write(String(openFilesLimit()))`
  const shell = 'ulimit -n 200; exec "$0" --input-type=module --eval "$1"'
  const said = execFileSync('sh', ['-c', shell, process.execPath, program], { encoding: 'utf8' })
  assert.equal(said.trim(), '200')
  const ours = openFilesLimit()
  assert.ok(ours === undefined || ours > 0)
})
