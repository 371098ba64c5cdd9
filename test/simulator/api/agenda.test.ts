import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Appointment, createAgenda } from '../../../src/simulator/api/agenda.ts';

describe('createAgenda', () => {
  it('gives appointments in the order of time, equal ones as they were made, and none that was cancelled', () => {
    const plans = fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(plans, wanted => {
        const agenda = createAgenda();
        const made = wanted.map(({ at, cancelled }) => ({ entry: agenda.add(at, () => {}), cancelled }));
        for (const { entry, cancelled } of made) if (cancelled) agenda.delete(entry);
        const expected = made
          .filter(({ cancelled }) => !cancelled)
          .map(({ entry }) => entry)
          .sort((a, b) => a.at - b.at || a.order - b.order);
        expect(drained(agenda)).toEqual(expected);
      }),
    );
  });

  it('is empty after it was cleared', () => {
    const agenda = createAgenda();
    agenda.add(1, () => {});
    agenda.clear();
    expect(agenda.first()).toBeUndefined();
  });
});

function drained(agenda: ReturnType<typeof createAgenda>): readonly Appointment[] {
  const all: Appointment[] = [];
  for (let entry = agenda.first(); entry !== undefined; entry = agenda.first()) {
    all.push(entry);
    agenda.delete(entry);
  }
  return all;
}
