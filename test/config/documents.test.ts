import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { vocabulary } from '../../src/cli/config-vocabulary.ts';
import { contextFields } from '../../src/config/context-shape.ts';
import { fileFields } from '../../src/config/file-shape.ts';
import { configSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { resolveSettings } from '../../src/config/resolve.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const example = /<!-- config -->\n```yaml\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
const isValid = new Ajv({ allErrors: true }).compile(configSchema());

describe('the example in the README', () => {
  it('is in order, and means what it says', () => {
    const parsed = parseConfig(example, vocabulary());
    expect(parsed.problems).toEqual([]);
    const { context, screen } = resolveSettings(parsed, 'homelab');
    expect(context).toMatchObject({
      drill: false,
      probe: { everyMs: 600_000 },
      actions: [{ id: 'restart-router', confirm: 'key' }],
      heal: { actions: ['restart-rollout'] },
    });
    expect(screen.keys).toEqual({ refresh: ['r', 'ctrl-r'] });
  });

  it('shows every field there is', () => {
    for (const name of [...Object.keys(fileFields), ...Object.keys(contextFields)])
      expect(example, name).toMatch(new RegExp(`^ *${name}:`, 'm'));
  });
});

describe('the schema for editors', () => {
  it('is written down as the rules have it', () => {
    expect(JSON.parse(read('src/config/config.schema.json'))).toEqual(configSchema());
  });

  it('takes the example', () => {
    expect(isValid(parse(example)), JSON.stringify(isValid.errors)).toBe(true);
  });

  it.each([
    'theme: lihgt',
    'thme: light',
    'defaults: {unlockFor: soon}',
    'defaults: {criticalServices: [plex]}',
    'contexts: {x: {actions: [{id: x}]}}',
    'notify: {webhook: "http://x.example/"}',
  ])('refuses %s, as the program does', text => {
    expect(isValid(parse(text))).toBe(false);
    expect(parseConfig(text, vocabulary()).problems).not.toEqual([]);
  });
});
