import { refText } from '../cluster/object-ref.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Expected } from './drill.ts';

/** What was seen of a drill, in ms since it was broken. */
export interface Score {
  /** When anything was noticed. */
  readonly detectedMs: number | null;
  /** When the right cause stood there. */
  readonly namedMs: number | null;
  /** The cause as it was named last, right or wrong. */
  readonly named: Safe | null;
  readonly recoveredMs: number | null;
  /** Whether somebody repaired it, or only the undo ended it. */
  readonly by: 'repair' | 'undo' | null;
}

/** Follows a drill. `at`: ms since the harm was done. */
export function scorer(expected: Expected): {
  readonly see: (diagnosis: Diagnosis, at: number) => void;
  readonly recovered: (at: number, by: 'repair' | 'undo') => void;
  readonly score: () => Score;
} {
  let score: Score = { detectedMs: null, namedMs: null, named: null, recoveredMs: null, by: null };
  return {
    see: (diagnosis, at) => {
      if (isNoticed(diagnosis, expected)) score = { ...score, detectedMs: score.detectedMs ?? at };
      const named = causeOf(diagnosis, expected);
      if (isNamed(diagnosis, expected)) score = { ...score, namedMs: score.namedMs ?? at, named };
      else if (named !== null && score.namedMs === null) score = { ...score, named };
    },
    recovered: (at, by) => {
      if (score.recoveredMs === null) score = { ...score, recoveredMs: at, by };
    },
    score: () => score,
  };
}

function isNoticed(diagnosis: Diagnosis, { layer, noteIn }: Expected): boolean {
  return layer === null ? notesIn(diagnosis, noteIn) : diagnosis.root !== null;
}

/** Right is the layer, and the object and the problem where the drill has one. */
function isNamed(diagnosis: Diagnosis, { layer, object, problem, noteIn, blinds }: Expected): boolean {
  const { root, layers } = diagnosis;
  if (layer === null) return root === null && notesIn(diagnosis, noteIn);
  if (root?.layer !== layer) return false;
  if (problem !== undefined && root.problem !== problem) return false;
  if (blinds === true && layers.some(one => one.id !== layer && one.verdict === 'healthy')) return false;
  return object === null || (root.object !== null && refText(root.object) === refText(object));
}

function notesIn({ layers }: Diagnosis, id: Expected['noteIn']): boolean {
  return layers.find(layer => layer.id === id)?.findings.some(one => one.problem === 'cordoned') ?? false;
}

function causeOf({ root, layers }: Diagnosis, { noteIn }: Expected): Safe | null {
  if (root !== null) return say`${field(root.layer)}: ${root.summary}`;
  return layers.find(layer => layer.id === noteIn)?.findings[0]?.message ?? null;
}

/** True when nothing of the drill is left to be seen. */
export function isOver(diagnosis: Diagnosis, { layer, noteIn }: Expected): boolean {
  return layer === null
    ? !notesIn(diagnosis, noteIn)
    : diagnosis.root === null && diagnosis.verdict === 'healthy';
}

/** True when nothing of it was missed. */
export function isPassed({ detectedMs, namedMs, recoveredMs }: Score): boolean {
  return detectedMs !== null && namedMs !== null && recoveredMs !== null;
}

/** The score card. */
export function scoreText(drill: string, { detectedMs, namedMs, named, recoveredMs, by }: Score): string {
  return [
    `SCORE     ${drill}`,
    row('detected', detectedMs, 'never'),
    row('named right', namedMs, named === null ? 'no' : `no; it said: ${named}`),
    ...(namedMs === null || named === null ? [] : [`            ${named}`]),
    `${row('recovered', recoveredMs, 'no')}${by === null ? '' : `, by ${by === 'repair' ? 'the repair' : 'the undo'}`}`,
  ].join('\n');
}

function row(name: string, ms: number | null, otherwise: string): string {
  return `  ${name.padEnd(12)} ${ms === null ? otherwise : `after ${(ms / 1000).toFixed(1)} s`}`;
}
