import type { Finding, Judgement, LayerId } from '../layers/layer.ts';
import { layerIds } from '../layers/layer.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Why } from './diagnosis.ts';
import { isCharge } from './explain.ts';
import { type Fault, height } from './faults.ts';
import type { Heard } from './heard.ts';
import type { Removal } from './removal.ts';
import type { Rooted } from './roots.ts';
import { sentence } from './sentence.ts';
import { firstQuestion, nextQuestion } from './why-questions.ts';

const EVIDENCE = 3;

/**
 * The chain of questions from the uppermost symptom down to the root, one link for each layer that has something fresh to
 * show, and one more: who did it. `inner`: links that lead on inside the root. `heard`: what the logs of Flux say of it, which
 * is evidence of the uppermost link. A link that skips a layer without evidence is marked inferred.
 */
export function whys(
  judged: ReadonlyMap<LayerId, Judgement>,
  { fault: root, explained }: Rooted,
  removal: Removal | null,
  inner: readonly Why[] = [],
  heard: Heard | null = null,
): readonly Why[] {
  const links = withHeard(root, chain(root, explained), heard);
  const told = links.map(({ layer, faults }, index) => {
    const [first] = faults;
    const above = links[index - 1]?.faults[0];
    const question =
      above === undefined
        ? firstQuestion(layer, judged.get(layer), first.finding)
        : nextQuestion(above.finding);
    return {
      question,
      answer: sentence(first.finding),
      layer,
      object: first.finding.object,
      evidence: [...evidenceOf(faults), ...(layer === 'apps' ? linesOf(heard, first.finding) : [])],
      inferred: layer === root.home && isCharge(root) && heard?.isProof !== true,
    };
  });
  const deeper = [...told, ...inner];
  return removal === null ? deeper : [...deeper, sixth(root, removal)];
}

interface Link {
  readonly layer: LayerId;
  readonly faults: readonly [Fault, ...Fault[]];
}

/** Layers above the root, top down, then what lies below it and only waits for it, when nothing above complains. */
function chain(root: Fault, explained: readonly Fault[]): readonly Link[] {
  const symptoms = [...layerIds].reverse().flatMap(layer => {
    const [first, ...more] = explained.filter(one => one.layer === layer && layer !== root.home);
    return first === undefined ? [] : [{ layer, faults: [first, ...more] as const }];
  });
  const above = symptoms.filter(
    (link, index) => height(link.layer) > height(root.home) && (index === 0 || !isOnlyCarried(root, link)),
  );
  const below = symptoms.filter(link => height(link.layer) < height(root.home));
  const own = explained.filter(one => one.layer === root.home);
  return [...(above.length > 0 ? above : below), { layer: root.home, faults: [root, ...own] }];
}

/** Applications that still claim to be at work get their link from what their controllers wrote. */
function withHeard(root: Fault, links: readonly Link[], heard: Heard | null): readonly Link[] {
  if (heard === null || links.some(link => link.layer === 'apps')) return links;
  if (links.some(link => height(link.layer) < height(root.home))) return links;
  const [first] = heard.findings;
  return [
    { layer: 'apps', faults: [{ layer: 'apps', home: 'apps', finding: first, scope: null }] },
    ...links,
  ];
}

function linesOf(heard: Heard | null, told: Finding): readonly Safe[] {
  const others = heard?.findings.filter(one => one !== told) ?? [];
  return others.slice(0, EVIDENCE).map(one => say`log of ${sentence(one)}`);
}

/** What merely sits on a broken node, or still works with what is left elsewhere, is a victim beside the chain, not a link of it. */
function isOnlyCarried(root: Fault, link: Link): boolean {
  return (
    root.home === 'nodes' &&
    link.faults.every(one => one.home === 'nodes' || one.finding.severity !== 'critical')
  );
}

function evidenceOf(faults: readonly Fault[]): readonly Safe[] {
  const lines = faults.slice(0, EVIDENCE).map((one, index) => line(one.finding, index));
  const rest = faults.length - lines.length;
  return rest > 0 ? [...lines, say`and ${rest} more`] : lines;
}

/** The first fault is named in the answer already; of the others the object is needed too. */
function line(finding: Finding, index: number): Safe {
  return index === 0 ? finding.message : sentence(finding);
}

function sixth(root: Fault, removal: Removal): Why {
  const question = root.finding.problem === 'missing' ? say`Who removed it?` : say`Who did it?`;
  const { answer, evidence } = removal;
  return { question, answer, layer: root.home, object: root.finding.object, evidence, inferred: true };
}
