import type { Json, Stored } from '../world.ts';
import { badRequest } from './failures.ts';

export type Match = (object: Stored) => boolean;

const SET_FORM = /^\s*([^\s,()!=]+)\s+(in|notin)\s*\(([^)]*)\)\s*$/;

/**
 * Parses a label selector with all operators: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`,
 * and `a>1`, `a<1`. Throws 400 when it cannot.
 */
export function labelMatch(selector: string): Match {
  const tests = splitOutsideParens(selector).map(labelTest);
  return object => tests.every(test => test(object.metadata.labels ?? {}));
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

function labelTest(term: string): LabelTest {
  const set = SET_FORM.exec(term);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map(value => value.trim()));
    const inside: LabelTest = labels => labels[key] !== undefined && values.has(labels[key]);
    return operator === 'in' ? inside : labels => !inside(labels);
  }
  const text = term.trim();
  const compare = /^([^\s=!<>]+)\s*(==|=|!=|<|>)\s*([^\s=!<>]*)$/.exec(text);
  if (compare) {
    const [, key = '', operator, value = ''] = compare;
    if (operator === '!=') return labels => labels[key] !== value;
    if (operator === '>') return labels => Number(labels[key]) > Number(value);
    if (operator === '<') return labels => Number(labels[key]) < Number(value);
    return labels => labels[key] === value;
  }
  const exists = /^(!?)\s*([^\s=!<>()]+)$/.exec(text);
  if (!exists) throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  const key = exists[2] ?? '';
  return exists[1] ? labels => labels[key] === undefined : labels => labels[key] !== undefined;
}

function splitOutsideParens(selector: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let term = '';
  for (const char of selector) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === ',' && depth === 0) {
      terms.push(term);
      term = '';
    } else term += char;
  }
  terms.push(term);
  return terms.filter(part => part.trim() !== '');
}

/** Fields each kind can be selected by, besides name and namespace. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/pods': {
    'spec.nodeName': '',
    'spec.restartPolicy': '',
    'spec.schedulerName': '',
    'spec.serviceAccountName': '',
    'spec.hostNetwork': 'false',
    'status.phase': '',
    'status.podIP': '',
    'status.nominatedNodeName': '',
  },
  '/nodes': { 'spec.unschedulable': 'false' },
  '/namespaces': { 'status.phase': '' },
  '/secrets': { type: '' },
  '/services': { 'spec.clusterIP': '', 'spec.type': '' },
  '/events': {
    'involvedObject.kind': '',
    'involvedObject.namespace': '',
    'involvedObject.name': '',
    'involvedObject.uid': '',
    'involvedObject.apiVersion': '',
    'involvedObject.resourceVersion': '',
    'involvedObject.fieldPath': '',
    reason: '',
    reportingComponent: '',
    source: '',
    type: '',
  },
  'apps/replicasets': { 'status.replicas': '0' },
  'batch/jobs': { 'status.successful': '0' },
};

/** Parses a field selector for one kind. Throws 400 for a field the kind cannot be selected by. */
export function fieldMatch(selector: string, resourceKey: string): Match {
  const tests = selector
    .split(',')
    .filter(term => term.trim() !== '')
    .map(term => fieldTest(term.trim(), resourceKey));
  return object => tests.every(test => test(object));
}

function fieldTest(term: string, resourceKey: string): Match {
  const parts = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
  if (!parts) {
    throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  }
  const [, field = '', operator, value = ''] = parts;
  const known = field === 'metadata.name' || field === 'metadata.namespace';
  const fallback = known ? '' : FIELDS[resourceKey]?.[field];
  if (fallback === undefined) throw badRequest(`field label not supported: ${field}`);
  return object => {
    const equal = String(readField(object, field) ?? fallback) === value;
    return operator === '!=' ? !equal : equal;
  };
}

function readField(object: Stored, field: string): Json {
  if (field === 'source') return object.source?.component ?? object.reportingComponent;
  let value: Json = object;
  for (const step of field.split('.')) value = value?.[step];
  return value;
}

/** The name a field selector pins down, which is what permissions by name are judged on. */
export function selectedName(selector: string | null): string | undefined {
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(selector ?? '')?.[1];
}
