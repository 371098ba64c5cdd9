import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { passed } from '../recovery/guard.ts';
import type { Guard, Plan, Step, ToolName, ToolPin, Workshop } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import { join, type Safe, say } from '../text/safe.ts';

type ToolStep = Extract<Step, { kind: 'tool' }>;

/** Tools that start others by themselves: those count as much as the one that is named. */
const uses: Readonly<Partial<Record<string, readonly ToolName[]>>> = {
  helmfile: ['helm'],
  task: ['helmfile', 'helm', 'kubectl', 'flux'],
};

/** The plan with the files that it will run, by their content; what cannot be read is left out and fails when it is started. */
export async function pinTools(plan: Plan, workshop: Workshop): Promise<Plan> {
  const found = new Map<string, ToolPin>();
  for (const step of plan.steps)
    for (const { tool, path, version } of step.kind === 'tool' ? filesOf(step, workshop) : []) {
      if (found.has(path)) continue;
      const sha256 = await checksum(path).catch(() => null);
      if (sha256 !== null) found.set(path, { tool, path, version, sha256: field(sha256) });
    }
  return { ...plan, pins: [...found.values()] };
}

function filesOf({ tool, path }: ToolStep, { tools }: Workshop): readonly Omit<ToolPin, 'sha256'>[] {
  const known: Readonly<Partial<Record<string, { readonly path: string; readonly version: Safe | null }>>> =
    tools;
  const own = path === undefined ? [] : [{ tool, path, version: known[tool]?.version ?? null }];
  const helpers = (uses[tool] ?? []).flatMap(name => {
    const helper = tools[name];
    return helper === undefined ? [] : [{ tool: name, ...helper }];
  });
  return [...own, ...helpers];
}

/** Says which files are bound to the plan; null when there are none. */
export function pinGuard({ pins = [] }: Plan): Guard | null {
  if (pins.length === 0) return null;
  const texts = pins.map(
    ({ tool, version, sha256 }) =>
      say`${tool as Safe}${version === null ? say`` : say` ${version}`} (sha256 ${sha256.slice(0, 8) as Safe})`,
  );
  return passed(say`runs exactly ${join(texts, ', ')}`);
}

/** Which file of two pinnings of one plan differs; null when none does. */
export function pinChange(before: readonly ToolPin[], now: readonly ToolPin[]): Safe | null {
  const changed = before.find(pin => now.find(one => one.path === pin.path)?.sha256 !== pin.sha256);
  return changed === undefined ? null : changeText(changed);
}

/** Asked right before a step: which of the files that it runs is another one than was confirmed; null when none is. */
export async function whyChanged(pins: readonly ToolPin[], step: ToolStep): Promise<Safe | null> {
  const names: readonly string[] = [step.tool, ...(uses[step.tool] ?? [])];
  for (const pin of pins) {
    if (pin.path !== step.path && !names.includes(pin.tool)) continue;
    if ((await hashed(pin.path).catch(() => null)) !== pin.sha256) return changeText(pin);
  }
  return null;
}

function changeText({ tool, path }: ToolPin): Safe {
  return say`${tool as Safe} (${field(path)}) is not the file that was confirmed any more: it was changed meanwhile; look at the plan again`;
}

const known = new Map<string, { readonly state: string; readonly sum: string }>();

/** Large files are read once; afterwards their state in the file system tells whether they are still the same. */
async function checksum(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  const state = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  const before = known.get(path);
  if (before?.state === state) return before.sum;
  const sum = await hashed(path);
  known.set(path, { state, sum });
  return sum;
}

async function hashed(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
