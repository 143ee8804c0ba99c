#!/usr/bin/env node
'use strict';
// Runs the binary of this platform in our place: same streams, same signals, same exit code.
const { spawn } = require('node:child_process');
const os = require('node:os');

const name = `@looplint/${process.platform}-${process.arch}`;
let binary = process.env.LOOPLINT_BINARY;
if (!binary) {
  try {
    binary = require.resolve(`${name}/bin/looplint`);
  } catch {
    console.error(`looplint: there is no binary for ${process.platform}-${process.arch} here: ${name} is not installed (were optional dependencies left out?); LOOPLINT_BINARY can name one`);
    process.exit(2);
  }
}
let child;
// Before there is anybody to pass signals on to: one that comes at once must not end us alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child = spawn(binary, process.argv.slice(2), { stdio: 'inherit' });
child.on('error', (error) => {
  console.error(`looplint: cannot run ${binary}: ${error.message}`);
  process.exit(2);
});
child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
