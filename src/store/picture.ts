import { emptySnapshot } from '../cluster/empty-snapshot.ts';
import type { Diagnosis, LayerView, Root } from '../diagnosis/diagnosis.ts';
import type { Finding } from '../layers/layer.ts';
import type { Plan, Remedy, Step } from '../recovery/plan.ts';
import type { Safe } from '../text/safe.ts';
import type { Model } from './app-state.ts';
import { sameValue } from './equal.ts';
import type { Offered, Picture } from './moments.ts';

/** Findings kept of each layer: enough to remember, little enough to keep for days. */
export const FINDINGS_KEPT = 8;

/**
 * What is worth remembering of a model. The very picture given as `before` when it says the same: numbers that only count
 * on (ages, how often) are no news. Parts that did not change are shared with it.
 */
export function pictureOf({ snapshot, diagnosis, fix }: Model, before?: Picture): Picture {
  const { reach, failure, version } = snapshot.api;
  const api = { reach, failure, version };
  const offered = fix === null ? null : offer(fix);
  if (before !== undefined && saysTheSame(before, diagnosis, api, offered)) return before;
  const { memory: _, ...shown } = diagnosis;
  const old = before?.diagnosis;
  return {
    diagnosis: {
      ...shown,
      root: shared(old?.root, shown.root),
      otherRoots: shared(old?.otherRoots, shown.otherRoots),
      layers: shown.layers.map(layer =>
        shared(
          old?.layers.find(({ id }) => id === layer.id),
          { ...layer, findings: layer.findings.slice(0, FINDINGS_KEPT) },
        ),
      ),
      components: shared(old?.components, shown.components),
    },
    api: shared(before?.api, api),
    fix: shared(before?.fix, offered),
  };
}

/** A model that draws the picture again, at a moment (cluster time) at which it still held. */
export function modelOf({ diagnosis, api, fix }: Picture, at: number): Model {
  const { context, server } = diagnosis.cluster;
  const facts = {
    ...api,
    server,
    readyz: null,
    lastReplyAt: api.reach === 'reached' ? at : null,
    serverCertificateExpires: null,
    clientCertificateExpires: null,
    clockSkew: null,
  };
  return {
    snapshot: emptySnapshot(at, context, facts),
    diagnosis: { ...diagnosis, at },
    remedies: {},
    fix: fix === null ? null : remedyOf(fix, diagnosis),
  };
}

function offer({ action, key, title, target, object, danger, commands, blockedBy, plan }: Remedy): Offered {
  const steps = plan.steps.map(({ kind }) => kind);
  return { action, key, title, target, object, danger, commands, blockedBy, steps };
}

/** It can be shown, not run: its steps are empty. */
function remedyOf({ steps, ...offered }: Offered, { cluster }: Diagnosis): Remedy {
  const none = '' as Safe;
  const step = (kind: Step['kind']): Step =>
    kind === 'tool'
      ? { kind, title: none, tool: 'kubectl', args: [], cwd: '', env: {}, deadlineMs: 0 }
      : {
          kind,
          title: none,
          method: 'PATCH',
          path: none,
          contentType: '',
          body: null,
          command: [],
          deadlineMs: 0,
        };
  const { context, server, uid } = cluster;
  const plan: Plan = {
    action: offered.action,
    target: offered.target,
    title: offered.title,
    danger: offered.danger,
    typedWord: null,
    cluster: { context, server, uid },
    steps: steps.map(step),
    effect: none,
    takes: none,
    expectedMs: 0,
    success: { layer: 'api', stableMs: 0, withinMs: 0, text: none },
    guards: [],
  };
  return { ...offered, plan };
}

function shared<T>(before: T | undefined, now: T): T {
  return before !== undefined && sameValue(before, now) ? before : now;
}

function saysTheSame(
  before: Picture,
  diagnosis: Diagnosis,
  api: Picture['api'],
  fix: Offered | null,
): boolean {
  const old = before.diagnosis;
  return (
    old.verdict === diagnosis.verdict &&
    before.api.reach === api.reach &&
    before.api.version === api.version &&
    before.api.failure?.reason === api.failure?.reason &&
    sameFix(before.fix, fix) &&
    sameRoots(old, diagnosis) &&
    sameList(old.layers, diagnosis.layers, sameLayer) &&
    sameList(old.components, diagnosis.components, sameValue)
  );
}

function sameFix(a: Offered | null, b: Offered | null): boolean {
  if (a === null || b === null) return a === b;
  return sameValue({ ...a, blockedBy: alike(a.blockedBy) }, { ...b, blockedBy: alike(b.blockedBy) });
}

function sameRoots(a: Diagnosis, b: Diagnosis): boolean {
  const [before, now] = [a, b].map(({ root, otherRoots }) =>
    root === null ? otherRoots : [root, ...otherRoots],
  );
  return sameList(before ?? [], now ?? [], sameRoot);
}

function sameRoot(a: Root, b: Root): boolean {
  return (
    a.layer === b.layer &&
    a.problem === b.problem &&
    a.confidence === b.confidence &&
    a.rule === b.rule &&
    alike(a.summary) === alike(b.summary) &&
    alike(a.cause) === alike(b.cause) &&
    sameValue(a.object, b.object) &&
    sameValue(a.scope, b.scope) &&
    sameValue(a.explains, b.explains) &&
    sameList(
      a.whys,
      b.whys,
      (one, other) =>
        alike(one.question) === alike(other.question) && alike(one.answer) === alike(other.answer),
    )
  );
}

function sameLayer(a: LayerView, b: LayerView): boolean {
  return (
    a.verdict === b.verdict &&
    a.reason === b.reason &&
    a.blockedBy === b.blockedBy &&
    a.stale === b.stale &&
    alike(a.summary) === alike(b.summary) &&
    sameValue(a.measure, b.measure) &&
    sameList(a.findings, b.findings.slice(0, FINDINGS_KEPT), sameFinding)
  );
}

function sameFinding(a: Finding, b: Finding): boolean {
  return (
    a.problem === b.problem &&
    a.severity === b.severity &&
    alike(a.message) === alike(b.message) &&
    sameValue(a.object, b.object)
  );
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((one, i) => same(one, b[i] as T));
}

const COUNTING = /\b(?:just now|<?\d+[smhd](?:\d+[smh])?(?: ago)?)\b|\d+/g;

/** A text without what counts on by itself: measures have numbers of their own. */
function alike(text: Safe | null): string | null {
  return text === null ? null : text.replace(COUNTING, '#');
}
