import type { Json } from '../world.ts';
import { type FieldError, invalid } from './failures.ts';
import { same } from './json.ts';

const POD = { group: '', kind: 'Pod' };
const FIELD = 'spec.ephemeralContainers';

/**
 * Debug containers are added at an address of their own, and stay as they are. Throws 422 for anything else: a change of
 * one that is there, one without a name or image, a name that is taken, or resources, which none may ask for.
 */
export function checkEphemeral(subresource: string, before: Json, after: Json): void {
  const known: readonly Json[] = before.spec?.ephemeralContainers ?? [];
  const wanted: readonly Json[] = after.spec?.ephemeralContainers ?? [];
  const errors: FieldError[] = [];
  const forbid = (message: string): void => {
    errors.push({ field: FIELD, reason: 'FieldValueForbidden', message: `Forbidden: ${message}` });
  };
  if (subresource === 'ephemeralcontainers') {
    for (const one of known) {
      const kept = wanted.find(({ name }) => name === one.name);
      if (kept === undefined) forbid(`existing ephemeral containers "${one.name}" may not be removed`);
      else if (!same(kept, one)) forbid(`existing ephemeral containers "${one.name}" may not be changed`);
    }
    errors.push(...wanted.flatMap((one, index) => faultsOf(one, index, taken(before, wanted, index))));
  } else if (subresource === '' && !same(known, wanted)) {
    forbid('ephemeral containers may not be changed by a pod update');
  }
  if (errors.length > 0) throw invalid(POD, before.metadata.name, errors);
}

function taken({ spec }: Json, wanted: readonly Json[], index: number): ReadonlySet<string> {
  const others = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...wanted.slice(0, index)];
  return new Set(others.map(({ name }) => name));
}

function faultsOf(one: Json, index: number, others: ReadonlySet<string>): readonly FieldError[] {
  const at = `${FIELD}[${index}]`;
  const missing = ['name', 'image'].filter(key => !one[key]);
  const errors: FieldError[] = missing.map(key => ({
    field: `${at}.${key}`,
    reason: 'FieldValueRequired',
    message: 'Required value',
  }));
  if (others.has(one.name))
    errors.push({
      field: `${at}.name`,
      reason: 'FieldValueDuplicate',
      message: `Duplicate value: "${one.name}"`,
    });
  if (one.resources !== undefined && Object.keys(one.resources).length > 0)
    errors.push({
      field: `${at}.resources`,
      reason: 'FieldValueForbidden',
      message: 'Forbidden: cannot be set for an Ephemeral Container',
    });
  return errors;
}
