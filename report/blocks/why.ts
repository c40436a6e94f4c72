import type { GuardrailMark, PlanTarget } from '../../api/index.ts';

/** The sizing in one line, and in words what each guardrail that moved it made of it. */
export function whyText(target: PlanTarget): string {
  const { reasons, guardrails, current } = target;
  const raw = reasons.findLast((reason) => reason.stage === 'raw')?.explanation;
  const moves = guardrails
    .filter(({ from, to }) => from !== to)
    .map((mark, index) => {
      const wants = index === 0 ? `wants ${mark.from}, ` : '';
      return `${wants}${mark.to === current ? 'stays at' : 'gets'} ${mark.to}: ${causeOf(mark)}`;
    });
  return [...(raw === undefined ? [] : [raw]), ...moves].join('; ');
}

/** What a budget has to say is long, and stands with all steps in the evidence and the explanation. */
function causeOf({ guardrail, explanation }: GuardrailMark): string {
  return guardrail === 'gpu-budget' ? 'the GPU budget allows no more' : explanation;
}
