import type { Kustomization } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { say } from '../text/safe.ts';
import type { App } from './apps-model.ts';
import { shortRevision } from './apps-roots.ts';
import { sourceItems } from './apps-sources.ts';
import { finding } from './judgement.ts';
import type { Finding } from './layer.ts';

/** A new revision reaches everything one after the other; so long that is no lag. */
const SPREAD = 120_000;
/** Work that takes no longer than this is not worth a line. */
const SHORT = 60_000;

/** Applications that are Ready with an older revision than their source has, in one note for each source. */
export function revisionLag(snapshot: Snapshot, apps: ReadonlyMap<string, App>): readonly Finding[] {
  const sources = sourceItems(snapshot);
  const behind = new Map<string, App[]>();
  for (const app of apps.values()) {
    if (app.kind !== 'Kustomization' || app.standing.state !== 'ready') continue;
    const key = app.needs.find(need => need.as === 'source' && sources.has(need.key))?.key;
    const artifact = key === undefined ? undefined : sources.get(key)?.object.status?.artifact;
    const applied = (app.object as Kustomization).status?.lastAppliedRevision;
    if (key === undefined || artifact?.revision === undefined || applied === undefined) continue;
    if (applied === artifact.revision || snapshot.now - (artifact.lastUpdateTime ?? 0) <= SPREAD) continue;
    behind.set(key, [...(behind.get(key) ?? []), app]);
  }
  return [...behind].flatMap(([key, late]) => {
    const source = sources.get(key);
    const revision = source?.object.status?.artifact?.revision;
    if (source === undefined || revision === undefined) return [];
    const count = late.length === 1 ? say`1 application is` : say`${late.length} applications are`;
    return [
      finding({
        problem: 'not-reconciled',
        severity: 'note',
        object: late.length === 1 ? (late[0]?.ref ?? null) : source.ref,
        message: say`${count} behind ${shortRevision(revision)}: applied when next in turn`,
        since: source.object.status?.artifact?.lastUpdateTime ?? null,
      }),
    ];
  });
}

/** What is being worked on for longer than a moment: in progress, neither well nor failed. */
export function reconcilingNotes(snapshot: Snapshot, apps: ReadonlyMap<string, App>): readonly Finding[] {
  return [...apps.values()].flatMap(app => {
    if (app.standing.state !== 'progressing') return [];
    const condition = (type: string) => app.object.status?.conditions?.find(c => c.type === type);
    const since = condition('Ready')?.lastTransitionTime;
    const what = condition('Reconciling')?.message ?? condition('Ready')?.message;
    if (since === undefined || what === undefined || snapshot.now - since <= SHORT) return [];
    const message = say`reconciling for ${calmAge(snapshot.now - since)}: ${what}`;
    return [finding({ problem: 'rolling-out', severity: 'note', object: app.ref, message, since })];
  });
}
