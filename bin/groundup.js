#!/usr/bin/env -S MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 node --max-semi-space-size=2 --v8-pool-size=1 --no-parallel-scavenge
// Runs on any Node, so that an old one gets a sentence and not a stack trace. Everything else is in dist/.
// The flags keep a monitor small that is left open for weeks: little young space, one helper thread that is not woken for
// few kilobytes of garbage, and memory that a large list needed for a moment goes back to the system.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const dist = new URL('../dist/main.js', import.meta.url);
const argument = process.argv[2];
if (argument === '--version' || argument === '-V') {
  console.log(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
} else if (isTooOld(process.versions.node)) {
  console.error(
    `groundup needs Node 22.18 or newer; this is Node ${process.versions.node}. Install a newer Node, or use the one that npm installed here: npx groundup`,
  );
  process.exitCode = 64;
} else if (!existsSync(dist)) {
  console.error('groundup is not built yet. Run: npm run build');
  process.exitCode = 64;
} else {
  process.env.NODE_ENV = 'production';
  module.enableCompileCache?.(cacheFolder());
  await import(dist.href);
}

/** Node 22.18 is the first that has all that is used. */
function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 18);
}

/** Compiled code belongs to one user alone: in the shared temp folder anyone could have put it there before. */
function cacheFolder() {
  const { XDG_CACHE_HOME = '', HOME = homedir() } = process.env;
  const folder = join(XDG_CACHE_HOME.startsWith('/') ? XDG_CACHE_HOME : join(HOME, '.cache'), 'groundup');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    // Without a cache it starts a little slower.
  }
  return folder;
}
