import type { CheckReport, LayerReport } from './check-report.ts';
import { headline, verdictWords } from './sentences.ts';

/** One test case a layer: what CI servers show. Unknown and blocked are failures too: they are not green. */
export function junit(report: CheckReport): string {
  const cases = report.layers.map(layer => ({ layer, failed: fails(layer) }));
  const failures = cases.filter(entry => entry.failed).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="groundup" tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="${xmlText(headline(report))}" tests="${cases.length}" failures="${failures}" timestamp="${report.at}">`,
    ...cases.map(({ layer, failed }) => testCase(layer, failed)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
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
