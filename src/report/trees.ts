import { stringify } from 'yaml';
import type { CheckReport } from './check-report.ts';

/** The contract itself, indented. */
export function json(report: CheckReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The same tree as YAML. */
export function yaml(report: CheckReport): string {
  return stringify(report, { lineWidth: 0, aliasDuplicateObjects: false });
}
