import type { CheckReport, LayerReport } from './check-report.ts';
import { headline, verdictWords } from './sentences.ts';

/** One suite a cluster and one test case a layer: what CI servers show. Unknown and blocked are failures too: they are not green. */
export function junit(...reports: readonly CheckReport[]): string {
  const suites = reports.map(suite);
  const sum = (of: 'tests' | 'failures'): number => suites.reduce((all, one) => all + one[of], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="groundup" tests="${sum('tests')}" failures="${sum('failures')}">`,
    ...suites.flatMap(one => one.lines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(report: CheckReport) {
  const cases = report.layers.map(layer => ({ layer, failed: fails(layer) }));
  const tests = cases.length;
  const failures = cases.filter(entry => entry.failed).length;
  const lines = [
    `  <testsuite name="${xmlText(headline(report))}" tests="${tests}" failures="${failures}" timestamp="${report.at}">`,
    ...cases.map(({ layer, failed }) => testCase(layer, failed)),
    '  </testsuite>',
  ];
  return { tests, failures, lines };
}

function fails(layer: LayerReport): boolean {
  if (layer.stale) return true;
  const harmless =
    layer.reason === 'no-evidence' || layer.reason === 'not-observable' || layer.reason === 'not-configured';
  return (
    layer.verdict !== 'healthy' && !(layer.verdict === 'unknown' && harmless && layer.blockedBy === null)
  );
}

function testCase(layer: LayerReport, failed: boolean): string {
  const open = `    <testcase classname="groundup" name="${xmlText(`${layer.key} ${layer.title}`)}"`;
  if (!failed) return `${open}/>`;
  const body = [layer.summary, ...layer.findings.map(finding => `${finding.severity}: ${finding.message}`)]
    .map(xmlText)
    .join('\n');
  return `${open}>\n      <failure type="${layer.verdict}" message="${xmlText(verdictWords(layer))}">${body}</failure>\n    </testcase>`;
}

function xmlText(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replace(/[&<>"']/g, character => names[character] ?? character);
}
