import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestTerminal } from '../support/terminal.ts';
import { makeSandbox, type Sandbox, show } from './program.ts';

let sandbox: Sandbox;
let terminal: TestTerminal | undefined;
beforeEach(() => {
  sandbox = makeSandbox();
});
afterEach(async () => {
  terminal?.kill('SIGKILL');
  await terminal?.ended;
  sandbox.remove();
});

describe('the object to be repaired', () => {
  it('is a key away, and so are its YAML and the log of its failing pod', async () => {
    terminal = show(sandbox, ['demo', '--scenario', 'coredns-loop', '--speed', '20'], {
      columns: 120,
      rows: 40,
    });
    await terminal.until(/ROOT CAUSE .*CoreDNS .*coredns/);
    await terminal.press('.');
    await terminal.until(
      /Deployment kube-system\/coredns[\s\S]*coredns-\S+ {2}(CrashLoopBackOff|Running|Error)/,
    );
    await terminal.press('y');
    const yaml = await terminal.until(/kind: Deployment[\s\S]*read at/);
    expect(yaml).toContain('name: coredns');
    expect(yaml).not.toContain('managedFields');
    await terminal.press('L');
    await terminal.until(
      /Pod kube-system\/coredns-\S+ · coredns[\s\S]*\[FATAL\] plugin\/loop[\s\S]*following/,
    );
    await terminal.press('p');
    await terminal.until(/previous run[\s\S]*plugin\/loop/);
    await terminal.press('/', 'F', 'A', 'T', 'A', 'L', 'Enter', '&');
    await terminal.until(/\d+ matching lines · search: FATAL/);
    await terminal.press('Esc');
    await terminal.until(screen => !screen.includes('search:'));
    await terminal.press('Esc');
    await terminal.until(/kind: Deployment/);
    await terminal.press('q');
    await terminal.until(/\[Why\][\s\S]*1▸ Why/);
    await terminal.press('q');
    const { code } = await terminal.ended;
    expect(code).toBe(0);
  });
});
