import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { privateDir, readJson, writeDurable, writeOnce } from '../runs/files.ts';
import { identityOf, lifeOf, type ProcessIdentity } from '../runs/process-identity.ts';

/** Of several that watch one context on this machine, the one that tells of it. */
export interface OneTeller {
  /** True when it is us; asked before each word, for somebody who died leaves the place free. */
  readonly isUs: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

interface Claim {
  readonly process: ProcessIdentity;
  /** Epoch ms of its last word. */
  readonly at: number;
}

/** A process of another machine (a shared home) that said nothing for so long counts as gone. */
const SILENT_MS = 600_000;

export function oneTeller(stateDir: string, context: string, now: () => number): OneTeller {
  const folder = join(stateDir, 'notify');
  const file = join(folder, `${encodeURIComponent(context)}.teller`);
  const mine = identityOf(process.pid);
  const renewed = async (): Promise<string> => `${JSON.stringify({ process: await mine, at: now() })}\n`;
  const holder = async (): Promise<Claim | null> => {
    const raw = (await readJson(file)) as Claim | null;
    return typeof raw?.process?.pid === 'number' && Number.isFinite(raw.at) ? raw : null;
  };
  const isMine = async (claim: Claim | null): Promise<boolean> =>
    claim !== null && JSON.stringify(claim.process) === JSON.stringify(await mine);
  return {
    isUs: async () => {
      await privateDir(folder);
      const found = await holder();
      if (await isMine(found)) {
        await writeDurable(file, await renewed());
        return true;
      }
      if (found !== null && !(await isGone(found, now()))) return false;
      await unlink(file).catch(() => {});
      // Two may find the place free: who was slower sees at its next word that it has it no more.
      return writeOnce(file, await renewed());
    },
    release: async () => {
      if (await isMine(await holder())) await unlink(file).catch(() => {});
    },
  };
}

async function isGone({ process, at }: Claim, now: number): Promise<boolean> {
  const life = await lifeOf(process);
  return life === 'gone' || (life === 'elsewhere' && now - at > SILENT_MS);
}
