import { layerIds } from '../layers/layer.ts';
import type { Plan } from '../recovery/plan.ts';
import { field } from '../text/field.ts';

/**
 * Reads a plan back for showing. A file could have been changed by anybody who can write here, so its texts pass the
 * sanitiser again. Null when it is not a plan.
 */
export function revivePlan(raw: unknown): Plan | null {
  return isPlan(raw) ? (cleaned(raw, 0) as Plan) : null;
}

/** True when the parts that are used have the right types; used for showing and before performing. */
export function isPlan(raw: unknown): raw is Plan {
  if (!isRecord(raw)) return false;
  const { action, title, steps, guards, success, cluster, danger, expectedMs } = raw;
  return (
    typeof action === 'string' &&
    typeof title === 'string' &&
    typeof danger === 'number' &&
    typeof expectedMs === 'number' &&
    Array.isArray(guards) &&
    isRecord(cluster) &&
    isRule(success) &&
    Array.isArray(steps) &&
    steps.length <= 100 &&
    steps.every(isStep)
  );
}

function isRule(raw: unknown): boolean {
  return (
    isRecord(raw) &&
    layerIds.some(id => id === raw.layer) &&
    typeof raw.stableMs === 'number' &&
    typeof raw.withinMs === 'number'
  );
}

function isStep(raw: unknown): boolean {
  if (!isRecord(raw) || typeof raw.title !== 'string' || typeof raw.deadlineMs !== 'number') return false;
  if (raw.gate !== undefined && !isRule(raw.gate)) return false;
  if (raw.kind === 'api') return typeof raw.path === 'string' && isTexts(raw.command);
  return (
    raw.kind === 'tool' && typeof raw.tool === 'string' && typeof raw.cwd === 'string' && isTexts(raw.args)
  );
}

function isTexts(raw: unknown): boolean {
  return Array.isArray(raw) && raw.every(one => typeof one === 'string');
}

const DEPTH_CAP = 20;

function cleaned(raw: unknown, depth: number): unknown {
  if (typeof raw === 'string') return field(raw);
  if (depth > DEPTH_CAP) return null;
  if (Array.isArray(raw)) return raw.map(one => cleaned(one, depth + 1));
  if (!isRecord(raw)) return raw;
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [field(key), cleaned(value, depth + 1)]),
  );
}

function isRecord(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
