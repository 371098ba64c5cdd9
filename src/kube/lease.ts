import { readHealed } from '../cluster/healed.ts';
import type { LeaseContent, LeaseRecord, LeaseStore } from '../cluster/recovery-lease.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Transport } from './transport.ts';

const NAME = 'groundup-recovery';
const root = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const DEADLINE_MS = 5_000;
const mark = (name: string): string => `groundup.dev/${name}`;

/**
 * The Lease `kube-system/groundup-recovery`. Writing needs the version that was read (null: it must not exist yet), so that of
 * two writers one is told `conflict`.
 */
export function leaseStore(request: Transport['request']): LeaseStore {
  return {
    read: async () => {
      const reply = await request('GET', `${root}/${NAME}`, { deadlineMs: DEADLINE_MS });
      if (reply.ok) return { ok: true, record: leaseRecord(reply.json) } as const;
      if (reply.status === 404) return { ok: true, record: null } as const;
      return { ok: false, why: reply.message, refused: isRefusal(reply.status) } as const;
    },
    write: async (content, version) => {
      const reply = await request(
        version === null ? 'POST' : 'PUT',
        version === null ? root : `${root}/${NAME}`,
        { deadlineMs: DEADLINE_MS, body: bodyOf(content, version) },
      );
      const record = reply.ok ? leaseRecord(reply.json) : null;
      if (record !== null) return { ok: true, version: record.version } as const;
      if (reply.ok)
        return { ok: false, conflict: false, refused: false, why: say`the answer is no Lease` } as const;
      // Gone meanwhile counts too: what was read is not there any more.
      const conflict = reply.status === 409 || (reply.status === 404 && version !== null);
      return { ok: false, conflict, why: reply.message, refused: isRefusal(reply.status) } as const;
    },
  };
}

function isRefusal(status: number | null): boolean {
  return status === 401 || status === 403;
}

interface RawLease {
  readonly metadata?: {
    readonly name?: unknown;
    readonly resourceVersion?: unknown;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  readonly spec?: {
    readonly holderIdentity?: unknown;
    readonly acquireTime?: unknown;
    readonly leaseDurationSeconds?: unknown;
  };
}

/** Reads a Lease, from the API or from a watch; null when it is none, or another one. */
export function leaseRecord(raw: unknown): LeaseRecord | null {
  const { metadata, spec } = (raw ?? {}) as RawLease;
  const version = metadata?.resourceVersion;
  if (typeof version !== 'string' || metadata?.name !== NAME) return null;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const note = (name: string): Safe => field(text(metadata.annotations?.[mark(name)]).slice(0, 300));
  const holder = text(spec?.holderIdentity);
  const { acquireTime, leaseDurationSeconds } = spec ?? {};
  const since = typeof acquireTime === 'number' ? acquireTime : Date.parse(text(acquireTime));
  const seconds = typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds : 0;
  return {
    version,
    holder,
    by: note('by') === '' ? field(holder) : note('by'),
    action: note('action'),
    run: text(metadata.annotations?.[mark('run')]),
    since: Number.isFinite(since) ? since : null,
    durationMs: seconds * 1000,
    healed: readHealed(metadata.annotations?.[mark('healed')]),
  };
}

function bodyOf(content: LeaseContent, version: string | null): unknown {
  const { holder, by, action, run, since, now, durationMs, healed = [] } = content;
  const isFree = holder === '';
  const kept = healed.length === 0 ? {} : { [mark('healed')]: JSON.stringify(healed) };
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: NAME,
      namespace: 'kube-system',
      ...(version === null ? {} : { resourceVersion: version }),
      labels: { 'app.kubernetes.io/managed-by': 'groundup' },
      annotations: {
        ...kept,
        ...(isFree ? {} : { [mark('by')]: by, [mark('action')]: action, [mark('run')]: run }),
      },
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: isFree ? 1 : Math.ceil(durationMs / 1000),
      acquireTime: micro(since),
      renewTime: micro(now),
    },
  };
}

/** The API wants exactly six digits behind the second. */
function micro(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
