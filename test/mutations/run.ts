import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Mutation, mutations } from './mutations.ts';

/**
 * Puts faults into a copy of our own code, one at a time, and runs the tests that have to notice. Words as arguments
 * choose those whose name or file holds one of them. Fails when more than one in ten goes unnoticed.
 */
const home = resolve(import.meta.dirname, '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'groundup-mutations-'));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A busy machine must neither hide a fault nor feign one: what fails is tried again, and what measures speed stays out. */
const settings = [
  ...['run', '--config', 'test/vitest.config.ts', '--reporter', 'dot', '--retry', '1', '--bail', '1'],
  ...['--testTimeout', '60000'],
];
const UNTIMED = '^(?!.*(in proportion|for any text|nothing behind))';

/** `unclear`: the tests fail without the fault as well. */
type Verdict = 'caught' | 'MISSED' | 'unclear' | 'does not fit';

/** Exit code of the tests there, null when they took too long. */
function runTests({ tests, only = UNTIMED }: Pick<Mutation, 'tests' | 'only'>): Promise<number | null> {
  const program = join(home, 'node_modules', '.bin', 'vitest');
  const args = [...settings, '--testNamePattern', only, ...tests];
  return new Promise(done => {
    const child = spawn(program, args, { cwd: copy, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, 240_000);
    child.on('exit', code => {
      clearTimeout(timer);
      done(code);
    });
  });
}

const known = new Map<string, boolean>();

async function isSound(mutation: Mutation): Promise<boolean> {
  const key = [mutation.only, ...mutation.tests].join();
  const sound = known.get(key) ?? (await runTests(mutation)) === 0;
  known.set(key, sound);
  return sound;
}

async function verdictOf(mutation: Mutation): Promise<Verdict> {
  const { file, find, put } = mutation;
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  if (original.split(find).length !== 2) return 'does not fit';
  writeFileSync(
    path,
    original.replace(find, () => put),
  );
  const failed = await runTests(mutation);
  writeFileSync(path, original);
  if (failed === 0) return 'MISSED';
  return (await isSound(mutation)) ? 'caught' : 'unclear';
}

async function main(): Promise<number> {
  for (const part of ['src', 'test', 'bin', 'dist', 'package.json', 'tsconfig.json'])
    cpSync(join(home, part), join(copy, part), { recursive: true });
  symlinkSync(join(home, 'node_modules'), join(copy, 'node_modules'));
  const words = process.argv.slice(2);
  const chosen = mutations.filter(
    ({ name, file }) => words.length === 0 || words.some(word => `${name} ${file}`.includes(word)),
  );
  let caught = 0;
  for (const mutation of chosen) {
    const verdict = await verdictOf(mutation);
    if (verdict === 'caught') caught += 1;
    print(`${verdict.padEnd(13)} ${mutation.name}  (${mutation.file})`);
  }
  print(`${caught} of ${chosen.length} caught`);
  return caught >= chosen.length * 0.9 ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
