import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Diagnosis, Root } from '../diagnosis/diagnosis.ts';
import type { LayerId, Verdict } from '../layers/layer.ts';
import type { HealNote } from '../runs/heal-notes.ts';
import type { Gap, Moment } from '../store/moments.ts';
import type { RecordedRun } from '../store/recorded-run.ts';
import { type ComponentReport, checkReport, type LayerReport } from './check-report.ts';
import { type Incident, incidentsIn } from './incidents.ts';
import { prevention } from './prevention.ts';
import { timeLine } from './report-time-line.ts';

export const reportSchemaId = 'groundup.dev/report/v1';

/** What `groundup report` says; `report.schema.json` is its contract. Times are RFC 3339, null is "not known". */
export interface IncidentReport {
  readonly schema: typeof reportSchemaId;
  readonly cluster: Diagnosis['cluster'];
  readonly since: string;
  readonly until: string;
  /** The verdict at the end. */
  readonly verdict: Diagnosis['verdict'];
  /** Oldest first. */
  readonly incidents: readonly IncidentTold[];
  readonly timeline: readonly TimeLineEntry[];
  readonly actions: readonly ActionTold[];
  /** As they were at the end. */
  readonly layers: readonly LayerReport[];
  readonly versions: {
    readonly groundup: string;
    readonly kubernetes: string | null;
    readonly components: readonly ComponentReport[];
  };
  readonly prevention: readonly string[];
  /** Times in which nobody looked. */
  readonly unseen: readonly { readonly from: string; readonly to: string }[];
}

export interface IncidentTold {
  readonly from: string;
  readonly to: string | null;
  readonly lastedMs: number;
  readonly worst: Incident['worst'];
  readonly root: RootTold | null;
  readonly namedAfterMs: number | null;
  readonly otherRoots: readonly RootTold[];
  readonly layers: readonly LayerId[];
}

export interface RootTold {
  readonly layer: LayerId;
  readonly problem: Root['problem'];
  readonly object: ObjectRef | null;
  readonly summary: string;
  readonly cause: string | null;
  readonly confidence: Root['confidence'];
  readonly signatures: readonly string[];
  /** Id of the rule that concluded it, and what it had before it. */
  readonly rule: string | null;
  readonly inputs: readonly string[];
  readonly whys: readonly {
    readonly question: string;
    readonly answer: string;
    readonly layer: LayerId;
    readonly evidence: readonly string[];
    readonly inferred: boolean;
  }[];
}

export interface TimeLineEntry {
  readonly at: string;
  readonly kind: 'layer' | 'root' | 'action' | 'healing' | 'unseen';
  readonly layer: LayerId | null;
  readonly verdict: Verdict | null;
  readonly text: string;
}

export interface ActionTold {
  readonly id: string;
  readonly action: string;
  readonly target: string | null;
  readonly title: string;
  readonly state: RecordedRun['state'];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly exitCode: number | null;
  readonly failure: string | null;
  readonly commands: readonly (readonly string[])[];
  /** The last lines that it said; `dropped` counts those before. */
  readonly output: readonly string[];
  readonly dropped: number;
}

export interface Told {
  /** Oldest first; the last one before `since` is how it began. */
  readonly moments: readonly Moment[];
  readonly gaps: readonly Gap[];
  readonly runs: readonly RecordedRun[];
  /** What self-healing left to people, and who stopped it. */
  readonly notes?: readonly HealNote[];
  readonly since: number;
  readonly until: number;
  /** Version of groundup. */
  readonly by: string;
}

/** The report of a period. There must be at least one moment before its end. */
export function incidentReport({
  moments,
  gaps,
  runs,
  notes = [],
  since,
  until,
  by,
}: Told): IncidentReport | null {
  const first = moments.findLastIndex(({ at }) => at <= since);
  const told = moments.slice(Math.max(0, first)).filter(({ at }) => at <= until);
  const last = told.at(-1);
  if (last === undefined) return null;
  const ran = runs
    .filter(run => (run.endedAt ?? until) >= since && run.startedAt <= until)
    .toSorted((a, b) => a.startedAt - b.startedAt);
  const found = incidentsIn(
    told,
    until,
    ran.map(({ startedAt }) => startedAt),
  );
  const end = checkReport(last.picture.diagnosis, new Map());
  const unseen = gaps.filter(({ from, to }) => to >= since && from <= until);
  return {
    schema: reportSchemaId,
    cluster: end.cluster,
    since: time(since),
    until: time(until),
    verdict: end.verdict,
    incidents: found.map(one => incidentTold(one, until)),
    timeline: timeLine(
      told,
      ran,
      unseen,
      notes.filter(({ at }) => at >= since && at <= until),
    ),
    actions: ran.map(actionTold),
    layers: end.layers,
    versions: { groundup: by, kubernetes: end.cluster.version, components: end.components },
    prevention: prevention(found.flatMap(({ root, others }) => (root === null ? others : [root, ...others]))),
    unseen: unseen.map(({ from, to }) => ({ from: time(from), to: time(to) })),
  };
}

function incidentTold(
  { from, to, worst, root, namedAt, others, layers }: Incident,
  until: number,
): IncidentTold {
  return {
    from: time(from),
    to: to === null ? null : time(to),
    lastedMs: (to ?? until) - from,
    worst,
    root: root === null ? null : rootTold(root),
    namedAfterMs: namedAt === null ? null : namedAt - from,
    otherRoots: others.map(rootTold),
    layers,
  };
}

function rootTold(root: Root): RootTold {
  const { layer, problem, object, summary, cause, confidence, signatures, rule = null, inputs = [] } = root;
  const whys = root.whys.map(({ question, answer, layer: at, evidence, inferred }) => ({
    question,
    answer,
    layer: at,
    evidence,
    inferred,
  }));
  return { layer, problem, object, summary, cause, confidence, signatures, rule, inputs, whys };
}

function actionTold(run: RecordedRun): ActionTold {
  const {
    id,
    action,
    target,
    title,
    state,
    startedAt,
    endedAt,
    exitCode,
    failure,
    commands,
    lines,
    dropped,
  } = run;
  return {
    id,
    action,
    target,
    title,
    state,
    startedAt: time(startedAt),
    endedAt: endedAt === null ? null : time(endedAt),
    exitCode,
    failure,
    commands,
    output: lines.map(({ text }) => text),
    dropped,
  };
}

function time(at: number): string {
  return new Date(at).toISOString();
}
