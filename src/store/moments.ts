import type { ApiFacts } from '../cluster/snapshot.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Remedy, Step } from '../recovery/plan.ts';
import type { Run } from '../runs/run.ts';
import type { Model } from './app-state.ts';
import { pictureOf } from './picture.ts';

/** The remedy that the banner offered, as far as it is shown. */
export interface Offered extends Omit<Remedy, 'plan'> {
  readonly steps: readonly Step['kind'][];
}

/** What was concluded at one moment: plain data without objects, from which the screen can be drawn again. */
export interface Picture {
  /** Without its memory; the findings of each layer are cut to the first few. */
  readonly diagnosis: Diagnosis;
  readonly api: Pick<ApiFacts, 'reach' | 'failure' | 'version'>;
  readonly fix: Offered | null;
}

/** `at` is cluster time (epoch ms), as all times in here. */
export interface Moment {
  readonly at: number;
  readonly picture: Picture;
}

/** A run at its cluster times: those of the journal are of this machine, whose clock may be another. */
export interface Ran {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

/** A time in which nobody looked. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** What can be gone back to, oldest first. */
export interface Memory {
  readonly moments: readonly Moment[];
  readonly gaps: readonly Gap[];
  readonly ran: readonly Ran[];
}

export const emptyMemory: Memory = { moments: [], gaps: [], ran: [] };
export const MOMENTS_RING = 400;
const RAN_RING = 200;

/** Adds the model when it says something new, and the runs that began or ended; else the very same memory. */
export function memorise(memory: Memory, model: Model | null, runs: readonly Run[], skew: number): Memory {
  const moments = withMoment(memory.moments, model);
  const ran = withRuns(memory.ran, runs, skew);
  return moments === memory.moments && ran === memory.ran ? memory : { ...memory, moments, ran };
}

/** The newest moment that is not after `at`; null before the first one and where nobody looked. */
export function momentAt(memory: Memory, at: number): Moment | null {
  if (memory.gaps.some(gap => at > gap.from && at < gap.to)) return null;
  return memory.moments.findLast(moment => moment.at <= at) ?? null;
}

function withMoment(moments: readonly Moment[], model: Model | null): readonly Moment[] {
  if (model === null || !isAnswered(model)) return moments;
  const last = moments.at(-1);
  const picture = pictureOf(model, last?.picture);
  if (picture === last?.picture) return moments;
  return [...moments, { at: model.diagnosis.at, picture }].slice(-MOMENTS_RING);
}

/** While the first answers come in, every quarter of a second looks different; a cause that is named already counts. */
function isAnswered({ snapshot, diagnosis }: Model): boolean {
  if (snapshot.api.reach === 'connecting') return false;
  return diagnosis.root !== null || diagnosis.layers.every(({ reason }) => reason !== 'waiting');
}

function withRuns(known: readonly Ran[], runs: readonly Run[], skew: number): readonly Ran[] {
  const news = runs.flatMap(({ id, startedAt, endedAt }): readonly Ran[] => {
    const before = known.find(one => one.id === id);
    if (before !== undefined && (before.endedAt !== null || endedAt === null)) return [];
    return [
      {
        id,
        startedAt: before?.startedAt ?? startedAt + skew,
        endedAt: endedAt === null ? null : endedAt + skew,
      },
    ];
  });
  if (news.length === 0) return known;
  return [...known.filter(one => !news.some(({ id }) => id === one.id)), ...news].slice(-RAN_RING);
}
