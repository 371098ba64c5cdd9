import type { ObjectRef } from '../cluster/object-ref.ts';
import type { ApiFacts } from '../cluster/snapshot.ts';
import type { Component, Diagnosis, LayerView, Root } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Remedy } from '../recovery/plan.ts';
import type { Safe } from '../text/safe.ts';

export const schemaId = 'groundup.dev/check/v1';

/** What every format of `check` says; `check.schema.json` is its contract. Times are RFC 3339, null is "not known". */
export interface CheckReport {
  readonly schema: typeof schemaId;
  readonly at: string;
  readonly cluster: Diagnosis['cluster'];
  readonly verdict: Diagnosis['verdict'];
  readonly root: RootReport | null;
  readonly otherRoots: readonly RootReport[];
  readonly layers: readonly LayerReport[];
  readonly components: readonly ComponentReport[];
  /** Those seen while looking; a way in that has none (tokens, plain HTTP) is absent. */
  readonly certificates: readonly CertificateReport[];
}

export interface CertificateReport {
  /** The one the API server shows, or the one that we show. */
  readonly name: 'server' | 'client';
  readonly expires: string;
}

export interface RootReport {
  readonly layer: LayerId;
  readonly problem: Root['problem'];
  readonly object: ObjectRef | null;
  readonly summary: Safe;
  readonly cause: Safe | null;
  readonly confidence: Root['confidence'];
  readonly signatures: readonly string[];
  readonly scope: Root['scope'];
  readonly since: string | null;
  readonly whys: readonly {
    question: Safe;
    answer: Safe;
    layer: LayerId;
    evidence: readonly Safe[];
    inferred: boolean;
  }[];
  readonly remedies: readonly {
    action: string;
    target: Safe | null;
    danger: Remedy['danger'];
    commands: Remedy['commands'];
    blockedBy: Safe | null;
  }[];
}

export interface LayerReport {
  readonly id: LayerId;
  readonly key: number;
  readonly title: Safe;
  readonly verdict: LayerView['verdict'];
  readonly reason: LayerView['reason'];
  readonly blockedBy: LayerId | null;
  readonly stale: boolean;
  readonly summary: Safe;
  readonly measure: LayerView['measure'];
  readonly since: string | null;
  readonly confirmedAt: string | null;
  readonly findings: readonly {
    problem: string;
    severity: string;
    object: ObjectRef | null;
    message: Safe;
    signature: string | null;
    since: string | null;
  }[];
}

export interface ComponentReport {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly wanted: Safe | null;
  readonly installed: Safe | null;
  readonly running: Safe | null;
  readonly release: string | null;
  readonly verdict: Component['verdict'];
  readonly findings: Component['findings'];
}

export type Remedies = ReadonlyMap<LayerId, readonly Remedy[]>;

/** The report of one diagnosis. Remedies of a root are those offered for its layer that aim at its object, then the others. */
export function checkReport(diagnosis: Diagnosis, remedies: Remedies, api?: ApiFacts): CheckReport {
  return {
    schema: schemaId,
    at: new Date(diagnosis.at).toISOString(),
    cluster: diagnosis.cluster,
    verdict: diagnosis.verdict,
    root: diagnosis.root === null ? null : rootReport(diagnosis.root, remedies),
    otherRoots: diagnosis.otherRoots.map(root => rootReport(root, remedies)),
    layers: diagnosis.layers.map(layerReport),
    components: diagnosis.components.map(componentReport),
    certificates: [
      ...certificate('server', api?.serverCertificateExpires),
      ...certificate('client', api?.clientCertificateExpires),
    ],
  };
}

function certificate(
  name: CertificateReport['name'],
  expires: number | null | undefined,
): readonly CertificateReport[] {
  return expires == null ? [] : [{ name, expires: new Date(expires).toISOString() }];
}

function rootReport(root: Root, remedies: Remedies): RootReport {
  const { layer, problem, object, summary, cause, confidence, signatures, scope } = root;
  return {
    layer,
    problem,
    object,
    summary,
    cause,
    confidence,
    signatures,
    scope,
    since: moment(root.since),
    whys: root.whys.map(({ question, answer, layer: at, evidence, inferred }) => ({
      question,
      answer,
      layer: at,
      evidence,
      inferred,
    })),
    remedies: (remedies.get(layer) ?? []).map(({ action, target, danger, commands, blockedBy }) => ({
      action,
      target,
      danger,
      commands,
      blockedBy,
    })),
  };
}

function layerReport(layer: LayerView): LayerReport {
  const { id, key, title, verdict, reason, blockedBy, stale, summary, measure } = layer;
  return {
    id,
    key,
    title,
    verdict,
    reason,
    blockedBy,
    stale,
    summary,
    measure,
    since: moment(layer.since),
    confirmedAt: moment(layer.confirmedAt),
    findings: layer.findings.map(({ problem, severity, object, message, signature, since }) => ({
      problem,
      severity,
      object,
      message,
      signature,
      since: moment(since),
    })),
  };
}

function componentReport(component: Component): ComponentReport {
  const { name, namespace, wanted, installed, running, release, verdict, findings } = component;
  return { name, namespace, wanted, installed, running, release: release?.status ?? null, verdict, findings };
}

function moment(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
