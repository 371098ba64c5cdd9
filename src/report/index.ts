import type { CheckReport } from './check-report.ts';
import type { Format } from './format-names.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { prometheus } from './prometheus.ts';
import { text } from './text.ts';
import { json, yaml } from './trees.ts';

/** The output formats of `check`, one line each: a report in, the whole text out. */
export const formats: Readonly<Record<Format, (report: CheckReport) => string>> = {
  text,
  json,
  yaml,
  prometheus,
  junit,
  markdown,
};
