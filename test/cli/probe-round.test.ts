import { expect, test } from 'vitest';
import { checkRound, mayProbeByExec, monitorRound } from '../../src/cli/probe-round.ts';

const settings = (exec: boolean, readOnly: boolean) => ({
  name: 'homelab',
  readOnly,
  probe: { image: null, everyMs: null, external: null, exec },
});
const harmless = ['P1', 'P2'];

test.each([
  ['the usual ones', settings(false, false), { exec: false, only: null }],
  ['commands in pods as well, where configured', settings(true, false), { exec: true, only: null }],
  ['what changes nothing, where nothing may be changed', settings(true, true), { only: harmless }],
])('the monitor asks %s', (_what, given, round) => {
  expect(monitorRound(given)).toMatchObject(round);
});

test.each([
  ['by commands in pods when told so', false, false, { probe: true, exec: true }, { exec: true, only: null }],
  ['by commands in pods where configured', true, false, { probe: true, exec: false }, { exec: true }],
  ['by none, read-only', true, true, { probe: true, exec: true }, { exec: false, only: null }],
  ['CoreDNS alone beside one pod', true, false, { probe: false, exec: false }, { only: harmless }],
])('a check asks %s', (_what, exec, readOnly, asked, round) => {
  expect(checkRound(settings(exec, readOnly), asked)).toMatchObject(round);
});

test('the flag is refused where nothing may be changed, and nowhere else', () => {
  expect(() => mayProbeByExec(settings(false, false))).not.toThrow();
  expect(() => mayProbeByExec(settings(false, true))).toThrow("makes 'homelab' read-only: --probe-exec");
});
