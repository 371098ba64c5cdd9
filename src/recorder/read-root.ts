import { flag, list, number, type Reader, shape, text } from '../cluster/shape.ts';
import type { Root, Why } from '../diagnosis/diagnosis.ts';
import type { Safe } from '../text/safe.ts';
import { layerId, objectRef, oneOf, problem, word } from './read-words.ts';

const none = '' as Safe;

const whyShape = shape({
  question: text,
  answer: text,
  layer: layerId,
  object: objectRef,
  evidence: list(text),
  inferred: flag,
});
const why: Reader<Why> = raw => {
  const read = whyShape(raw);
  if (read?.question === undefined || read.layer === undefined) return undefined;
  const { question, answer = none, layer, object = null, evidence = [], inferred = true } = read;
  return { question, answer, layer, object, evidence, inferred };
};

const scopeShape = shape({ nodes: list(text) });
const explainsShape = shape({ layers: list(layerId), apps: number });
const rootShape = shape({
  layer: layerId,
  problem,
  object: objectRef,
  summary: text,
  cause: text,
  confidence: oneOf(['high', 'medium', 'low'], 'low'),
  signatures: list(word),
  scope: scopeShape,
  since: number,
  explains: explainsShape,
  whys: list(why),
  rule: word,
  inputs: list(text),
});
/** A root with its chain; undefined without a layer and a summary. */
export const root: Reader<Root> = raw => {
  const read = rootShape(raw);
  if (read?.layer === undefined || read.summary === undefined) return undefined;
  const { layer, object = null, summary, cause = null, confidence = 'low', signatures = [] } = read;
  const { scope, since = null, explains, whys = [], rule, inputs } = read;
  return {
    layer,
    problem: problem(read.problem),
    object,
    summary,
    cause,
    confidence,
    signatures,
    scope: scope?.nodes === undefined ? null : { nodes: scope.nodes },
    since,
    explains: { layers: explains?.layers ?? [], apps: explains?.apps ?? 0 },
    whys,
    ...(rule === undefined ? {} : { rule }),
    ...(inputs === undefined ? {} : { inputs }),
  };
};
