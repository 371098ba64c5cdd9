import { describe, expect, it } from 'vitest';
import { knownLines } from '../../src/cli/known-lines.ts';

const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}.123456789Z`;
const lookup = (port: number): string =>
  JSON.stringify({
    level: 'error',
    ts: at(port % 60),
    msg: 'Reconciler error',
    controllerKind: 'Kustomization',
    namespace: 'flux-system',
    name: 'apps',
    error: `failed to download archive: dial tcp: lookup source-controller.flux-system.svc.cluster.local. on 10.43.0.10:53: read udp 10.42.0.5:${port}->10.43.0.10:53: i/o timeout`,
  });
const loop = '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone "."';

describe('what is kept of a log', () => {
  it('is nothing of lines that say nothing known', () => {
    expect(knownLines(`${at(1)} .:53\n${at(2)} CoreDNS-1.12.1\n\n`, [])).toEqual([]);
  });

  it('is the known line, without its stamp, with its time, and whether the process ended by it', () => {
    expect(knownLines(`${at(1)} .:53\n${at(2)} ${loop}\n`, [])).toEqual([
      { text: loop, count: 1, at: Date.parse(at(2)), isFatal: true },
    ]);
  });

  it('counts lines that differ in numbers as one, with the newest words', () => {
    const lines = [41_001, 41_002, 41_003].map((port, second) => `${at(second)} ${lookup(port)}`);
    const [line, ...more] = knownLines(lines.join('\n'), []);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ count: 3, at: Date.parse(at(2)), isFatal: false });
    expect(line?.text).toMatch(/^Kustomization flux-system\/apps: Reconciler error: failed .*:41003->/);
  });

  it('has the newest first and no more than eight', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const lines = names.map((name, i) => `${at(i)} lookup ${name}x.test on 10.43.0.10:53: no such host`);
    const kept = knownLines(lines.join('\n'), []);
    expect(kept).toHaveLength(8);
    expect(kept[0]?.text).toContain('jx.test');
  });

  it.each([
    ['a token of ours', `Unable to contact k8s api-server with s3cr3t-value`],
    [
      'a token hidden by its encoding',
      `{"msg":"Unable to contact k8s api-server","error":"s3cr3t\\u002dvalue"}`,
    ],
    ['a password', 'Unable to contact k8s api-server password=s3cr3t-value'],
  ])('never shows %s', (_, line) => {
    const [kept] = knownLines(line, ['s3cr3t-value']);
    expect(kept?.text).toContain('Unable to contact');
    expect(kept?.text).not.toContain('s3cr3t-value');
  });

  it('obeys no escape sequence and joins what was written over several lines', () => {
    const [kept] = knownLines(
      `{"msg":"\\u001b[2Jcannot start\\nUnable to contact k8s api-server","level":"fatal"}`,
      [],
    );
    expect(kept?.text).not.toContain('\u001b');
    expect(kept).toMatchObject({ isFatal: true });
  });

  it.each([
    [`time="2026-01-02T03:04:05Z" level=fatal msg="Unable to contact k8s api-server"`, true],
    [
      `time=2026-01-02T03:04:05Z level=error msg="Start failed" error="could not load module ip_tables"`,
      true,
    ],
    [`time="2026-01-02T03:04:05Z" level=warning msg="could not load module xt_socket"`, false],
    ['F0102 03:04:05.6 7 main.go:8] Unable to contact k8s api-server', true],
  ])('knows by which of its own formats a process ended: %s', (line, isFatal) => {
    const [kept] = knownLines(line, []);
    expect(kept).toMatchObject({ isFatal });
    expect(kept?.text).not.toContain('time=');
  });

  it('survives lines that are cut off, empty objects and hostile lengths', () => {
    expect(knownLines(`{"msg":"Unable to contact k8s api-s`, [])).toEqual([]);
    expect(knownLines(`{}\n{"msg":5}\n${'x'.repeat(60_000)}`, [])).toEqual([]);
  });
});
