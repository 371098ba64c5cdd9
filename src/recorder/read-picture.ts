import { flag, list, number, type Reader, shape, text } from '../cluster/shape.ts';
import type { StreamReason } from '../cluster/snapshot.ts';
import type { Component, Diagnosis, LayerView } from '../diagnosis/diagnosis.ts';
import { type Finding, layerIds, type UnknownReason, type Verdict } from '../layers/layer.ts';
import type { Offered, Picture } from '../store/moments.ts';
import type { Safe } from '../text/safe.ts';
import { root } from './read-root.ts';
import { danger, layerId, objectRef, oneOf, problem, word } from './read-words.ts';

const none = '' as Safe;
const verdicts: readonly Verdict[] = ['healthy', 'progressing', 'degraded', 'down', 'blocked', 'unknown'];

const findingShape = shape({
  problem,
  severity: oneOf(['critical', 'warning', 'note'], 'note'),
  object: objectRef,
  message: text,
  signature: word,
  since: number,
  nodes: list(text),
  chargedTo: layerId,
});
const finding: Reader<Finding> = raw => {
  const read = findingShape(raw);
  if (read?.message === undefined) return undefined;
  const { severity = 'note', object = null, message, signature = null, since = null } = read;
  const { nodes = null, chargedTo = null } = read;
  return { problem: problem(read.problem), severity, object, message, signature, since, nodes, chargedTo };
};

const measureShape = shape({ ready: number, wanted: number });
const layerShape = shape({
  id: layerId,
  title: text,
  short: text,
  verdict: oneOf(verdicts, 'unknown'),
  reason: word,
  summary: text,
  measure: measureShape,
  findings: list(finding),
  since: number,
  confirmedAt: number,
  stale: flag,
  blockedBy: layerId,
  rule: word,
});
export const layerView: Reader<LayerView> = raw => {
  const read = layerShape(raw);
  if (read?.id === undefined) return undefined;
  const { id, title = none, short = none, verdict = 'unknown', summary = none, findings = [] } = read;
  const { since = null, confirmedAt = null, stale = false, blockedBy = null, measure, rule } = read;
  const hasMeasure = measure?.ready !== undefined && measure.wanted !== undefined;
  return {
    id,
    key: layerIds.indexOf(id),
    title,
    short,
    verdict,
    reason: (read.reason ?? null) as UnknownReason | null,
    summary,
    measure: hasMeasure ? { ready: measure.ready ?? 0, wanted: measure.wanted ?? 0 } : null,
    findings,
    since,
    confirmedAt,
    stale,
    blockedBy,
    ...(rule === undefined ? {} : { rule }),
  };
};

const releaseShape = shape({ status: word, revision: number, changedAt: number });
const componentShape = shape({
  name: text,
  namespace: text,
  wanted: text,
  installed: text,
  running: text,
  release: releaseShape,
  verdict: oneOf(['healthy', 'progressing', 'degraded', 'down', 'unknown'], 'unknown'),
  layer: layerId,
  findings: list(shape({ problem, message: text })),
});
export const component: Reader<Component> = raw => {
  const read = componentShape(raw);
  if (read?.name === undefined) return undefined;
  const {
    name,
    namespace = none,
    wanted = null,
    installed = null,
    running = null,
    verdict = 'unknown',
  } = read;
  const { release, layer = null, findings = [] } = read;
  return {
    name,
    namespace,
    wanted,
    installed,
    running,
    release:
      release?.status === undefined
        ? null
        : {
            status: release.status as NonNullable<Component['release']>['status'],
            revision: release.revision ?? 0,
            changedAt: release.changedAt ?? null,
          },
    verdict,
    layer,
    findings: findings.map(one => ({ problem: problem(one.problem), message: one.message ?? none })),
  };
};

const offeredShape = shape({
  action: word,
  key: word,
  title: text,
  target: text,
  object: objectRef,
  danger: number,
  commands: list(list(text)),
  blockedBy: text,
  steps: list(oneOf(['tool', 'api'], 'tool')),
});
export const offered: Reader<Offered> = raw => {
  const read = offeredShape(raw);
  if (read?.action === undefined) return undefined;
  const { action, key = null, title = none, target = null, object = null, commands = [] } = read;
  const { blockedBy = null, steps = [] } = read;
  return { action, key, title, target, object, danger: danger(read.danger), commands, blockedBy, steps };
};

const clusterShape = shape({ context: text, server: text, version: text, uid: text });
export function cluster(raw: unknown): Diagnosis['cluster'] {
  const { context = none, server = none, version = null, uid = null } = clusterShape(raw) ?? {};
  return { context, server, version, uid };
}

const failureShape = shape({ reason: word, message: text, since: number });
const apiShape = shape({
  reach: oneOf(['connecting', 'reached', 'unreached'], 'unreached'),
  failure: failureShape,
  version: text,
});
export function api(raw: unknown): Picture['api'] {
  const { reach = 'unreached', failure, version = null } = apiShape(raw) ?? {};
  const { reason = 'unreachable', message = none, since = 0 } = failure ?? {};
  return {
    reach,
    failure: failure === undefined ? null : { reason: reason as StreamReason, message, since },
    version,
  };
}

export const clusterVerdict = oneOf(['healthy', 'progressing', 'degraded', 'down', 'unknown'], 'unknown');

const pictureShape = shape({
  diagnosis: (raw: unknown) => (typeof raw === 'object' ? raw : undefined),
  api: (raw: unknown) => raw,
  fix: offered,
});
/** A whole picture. A recording comes from anywhere, so nothing in it is trusted. Undefined when it has not all eight layers. */
export const picture: Reader<Picture> = raw => {
  const read = pictureShape(raw);
  const given = (read?.diagnosis ?? {}) as Readonly<Record<string, unknown>>;
  const layers = list(layerView)(given.layers) ?? [];
  const all = layerIds.flatMap(id => layers.find(layer => layer.id === id) ?? []);
  if (all.length !== layerIds.length) return undefined;
  return {
    diagnosis: {
      at: number(given.at) ?? 0,
      cluster: cluster(given.cluster),
      verdict: clusterVerdict(given.verdict),
      root: root(given.root) ?? null,
      otherRoots: list(root)(given.otherRoots) ?? [],
      layers: all,
      components: list(component)(given.components) ?? [],
    },
    api: api(read?.api),
    fix: read?.fix ?? null,
  };
};
