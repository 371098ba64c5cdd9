import fc from 'fast-check';
import { expect } from 'vitest';
import { assessor, emptyWorkshop } from '../../src/cli/assess.ts';
import { checkReport } from '../../src/report/check-report.ts';
import { formats } from '../../src/report/index.ts';
import { type AppState, initialState, tabs } from '../../src/store/app-state.ts';
import { detailOf } from '../../src/store/looking.ts';
import { receive } from '../../src/store/updates.ts';
import { identifier } from '../../src/text/look-alike.ts';
import { frame } from '../../src/ui/frame.ts';
import { plain } from '../../src/ui/row.ts';
import { scenarios } from '../diagnosis/scenarios.ts';
import { isFull, rowTest } from '../faults-terminal/support/row-test.ts';
import { type Given, snapshotOf } from '../support/snapshot.ts';
import { corpus } from '../text/corpus.ts';
import { hostileText } from '../text/hostile-text.ts';
import { mode, NOW } from '../ui/fixtures/story.ts';
import { reactions } from './emulated.ts';

const texts = corpus().filter(entry => entry.input.length < 20_000);
// biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const look = { colour: false, ascii: false };

rowTest('S1', { what: 'the corpus', withinMs: 120_000 }, async measured => {
  let fields = 0;
  // Each text when the matrix is measured; otherwise every eighth, for its cost.
  const tried = texts.filter((_, i) => isFull || i % 8 === 0);
  for (const { name, input } of tried) {
    const given = poisoned(scenarios.cniGone(), () => {
      fields++;
      return input;
    });
    const lines = shown(given, input);
    expect(lines.join('\n'), name).not.toMatch(CONTROL);
    expect(await reactions(lines), name).toEqual([]);
  }
  measured(
    `${tried.length} texts in ${Math.round(fields / tried.length)} fields, every tab and every format of check: 0 reactions`,
  );
});

rowTest('S1', { what: 'fuzz', withinMs: 120_000 }, async measured => {
  const runs = isFull ? 1_000 : 5;
  await fc.assert(
    fc.asyncProperty(fc.array(hostileText(), { minLength: 1, maxLength: 8 }), async mixed => {
      let at = 0;
      const given = poisoned(scenarios.nodeDown(), () => mixed[at++ % mixed.length] ?? '');
      expect(await reactions(shown(given, mixed[0] ?? ''))).toEqual([]);
    }),
    { numRuns: runs },
  );
  measured(`${runs} mixtures: 0 reactions`);
});

rowTest('S8', {}, measured => {
  const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
  const plant = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plant);
    if (typeof value !== 'object' || value === null) return value;
    const own = Object.entries(value).map(([key, inner]) => [key, plant(inner)]);
    // Through JSON, as from a server: there, `__proto__` is an own key.
    return JSON.parse(
      JSON.stringify(
        Object.fromEntries([...own, ...keys.map(key => [`${key}#`, { polluted: key }])]),
      ).replaceAll('#":', '":'),
    );
  };
  const given = plant(scenarios.cniGone()) as Given;
  expect(() => shown(given, 'x')).not.toThrow();
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  expect(Object.prototype).not.toHaveProperty('polluted');
  measured(`${keys.length} keys in every object: 0 polluted, 0 thrown`);
});

/** What stays as it is, so that the objects still are what they are: the rest is foreign text. */
const STRUCTURE = /^(apiVersion|kind|type|status|phase|namespace|.*Time(?:stamp)?|resourceVersion|uid)$/;

function poisoned(given: Given, poison: (text: string) => string): Given {
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return STRUCTURE.test(key) ? value : spoiled(value, key, poison);
    if (Array.isArray(value)) return value.map(one => visit(one, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]));
  };
  const objects = Object.fromEntries(
    Object.entries(given.objects ?? {}).map(([id, all]) => [id, visit(all, id)]),
  ) as NonNullable<Given['objects']>;
  return { ...given, objects };
}

/** Names go on being different, and go on beginning as they did, so that rules still find what they look for. */
function spoiled(text: string, key: string, poison: (text: string) => string): string {
  return key === 'name' || key.includes('/') ? text + poison(text) : poison(text);
}

/** Every line that a person or a pipe would get of it. */
function shown(given: Given, context: string): readonly string[] {
  const model = assessor(
    () => emptyWorkshop,
    () => NOW,
  )(snapshotOf(given));
  const named = { ...mode, context: identifier(context), contexts: [identifier(context)] };
  const base = receive(initialState(named), { model }, NOW);
  const lines = tabs.flatMap(tab => screen({ ...base, view: { ...base.view, tab, focus: 'side' } }));
  const ref =
    model.diagnosis.root?.object ?? model.diagnosis.layers.flatMap(layer => layer.findings)[0]?.object;
  const details = ref === undefined || ref === null ? [] : (['facts', 'yaml'] as const);
  for (const show of details)
    lines.push(
      ...screen({ ...base, view: { ...base.view, detail: ref ? detailOf(ref, show, null) : null } }),
    );
  lines.push(...screen({ ...base, view: { ...base.view, overlay: { kind: 'contexts', index: 0 } } }));
  const report = checkReport(model.diagnosis, new Map());
  for (const format of Object.values(formats)) lines.push(...format(report).split('\n'));
  return lines;
}

function screen(state: AppState): string[] {
  return frame(state, { columns: 120, rows: 40, look, now: NOW, turn: 0 }).rows.map(plain);
}
