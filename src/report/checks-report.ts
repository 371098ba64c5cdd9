import type { ClusterVerdict } from '../diagnosis/diagnosis.ts';
import type { CheckReport } from './check-report.ts';

export const checksSchemaId = 'groundup.dev/checks/v1';

/** One look at several clusters; `checks.schema.json` is its contract. Each member is a whole `groundup.dev/check/v1`. */
export interface ChecksReport {
  readonly schema: typeof checksSchemaId;
  /** The worst of them, in the order in which the layers of one cluster count. */
  readonly verdict: ClusterVerdict;
  readonly clusters: readonly CheckReport[];
}

export function checksReport(clusters: readonly CheckReport[]): ChecksReport {
  const order = ['down', 'degraded', 'unknown', 'progressing'] as const;
  const worst = order.find(verdict => clusters.some(one => one.verdict === verdict));
  return { schema: checksSchemaId, verdict: worst ?? 'healthy', clusters };
}
