import { expect, it } from 'vitest';
import { duration } from '../../src/layers/apps-duration.ts';
import { shortRevision } from '../../src/layers/apps-roots.ts';
import { chartVersion } from '../../src/layers/components-versions.ts';
import { field } from '../../src/text/field.ts';

it.each([
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1h0m0s', 3_600_000],
  ['1.5s', 1_500],
  ['250ms', 250],
  ['', null],
  ['10', null],
  ['10m ago', null],
  [undefined, null],
])('reads the duration %s as %s ms', (text, ms) => {
  expect(duration(text)).toBe(ms);
});

it.each([
  ['main@sha1:4f1c2a9e0b7d4c11a6a1f6d0f0f0a1b2c3d4e5f6', 'main@4f1c2a9'],
  ['refs/heads/main@sha1:4f1c2a9e0b7d4c11a6a1f6d0f0f0a1b2c3d4e5f6', 'main@4f1c2a9'],
  ['sha256:4f1c2a9e', 'sha256:4f1c2a9e'],
  ['latest@sha256:0123456789abcdef', 'latest@0123456'],
  ['1.2.3', '1.2.3'],
])('shortens the revision %s to %s', (revision, short) => {
  expect(shortRevision(field(revision))).toBe(short);
});

it.each([
  ['cilium-1.17.4', '1.17.4'],
  ['cert-manager-v1.17.2', '1.17.2'],
  ['app-1.2.3_build.5', '1.2.3+build.5'],
  ['cilium', null],
  [undefined, null],
])('reads the version in the chart label %s as %s', (label, version) => {
  expect(chartVersion(label === undefined ? undefined : field(label))).toBe(version);
});
