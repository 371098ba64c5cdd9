import { describe, expect, it } from 'vitest';
import { healthy, stage } from './demo-stage.ts';

const { demo, quit } = stage();
const COUNTDOWN = /HEALS ITSELF in \d+ s {2}Scale Deployment kube-system\/coredns to 2.*H stops it/;
const open = () => demo(['--heal', 'scale-coredns', '--scenario', 'coredns-zero', '--speed', '20']);

describe('the monitor with an action that is opted in', () => {
  it('counts down, acts without a key, and is green again; the history tells that nobody asked', async () => {
    const terminal = open();
    await terminal.until(COUNTDOWN, 40_000);
    await terminal.until(/REPAIRING|VERIFYING|REPAIRED/, 60_000);
    await terminal.until(/REPAIRED/, 60_000);
    await terminal.press('h');
    await terminal.until(/by itself: Scale Deployment/);
    await terminal.until(screen => healthy.test(screen), 60_000);
    await quit(terminal);
  }, 240_000);

  it('is stopped by one key before it acts, and stays stopped', async () => {
    const terminal = open();
    await terminal.until(COUNTDOWN, 40_000);
    await terminal.press('H');
    await terminal.until(/healing stopped +read-only/);
    const screen = await terminal.until(/ROOT CAUSE .*CoreDNS/);
    expect(screen).not.toMatch(/HEALS ITSELF/);
    await terminal.press('H');
    await terminal.until(COUNTDOWN, 40_000);
    await terminal.press('H');
    await terminal.until(/healing stopped/);
    await quit(terminal);
  }, 180_000);
});
