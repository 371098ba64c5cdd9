import { existsSync, writeFileSync } from 'node:fs';

/** Where a crash would be worst; between two of these nothing is written down. */
export type FailPoint =
  | 'lock-taken'
  | 'plan-written'
  | 'supervisor-up'
  | 'lease-taken'
  | 'spawned-unrecorded'
  | 'running'
  | 'child-exited'
  | 'exit-half-written'
  | 'exit-written'
  | 'lease-unreleased'
  | 'verifying'
  | 'closing';

/**
 * Stands still at the point that `GROUNDUP_FAILPOINT` names (`running=/some/dir`): says so in the file `reached` and waits
 * for the file `go`, so that a test can kill whom it likes. The bundle has nothing of it.
 */
export function failpoint(point: FailPoint): void {
  if (process.env.NODE_ENV === 'production') return;
  const [wanted, dir] = (process.env.GROUNDUP_FAILPOINT ?? '').split('=');
  if (wanted !== point || dir === undefined || existsSync(`${dir}/reached`)) return;
  writeFileSync(`${dir}/reached`, String(process.pid));
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(`${dir}/go`)) Atomics.wait(cell, 0, 0, 5);
}
