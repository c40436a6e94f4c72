import { grouped, heldLines, isChange, isFloor, names, whyText } from '../blocks/index.ts';
import { atMost, type Block, type Inline, paragraph, strong } from '../markdown/index.ts';
import { heldOf, type ProposalSubject, serviceLabel, targetsOf } from './subject.ts';

/** What stays, a line for each reason: numbers that are right or were kept by a guardrail, and what is held. */
export function notChanged(subject: ProposalSubject, lines: number): readonly Block[] {
  const same = targetsOf(subject).filter((target) => !isChange(target));
  const items: readonly (readonly Inline[])[] = [
    ...grouped(same, (target) => `${target.owner} ${target.current} ${whyText(target)}`).map((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const why = whyText(first);
      return [
        ...names(group.map((target) => serviceLabel(subject, target))),
        isFloor(first) ? ': the floor of its autoscaler' : '',
        ` ${group.length === 1 ? 'stays' : 'stay'} at ${first.current}${why === '' ? '' : `: ${why}`}`,
      ];
    }),
    ...heldLines(heldOf(subject), ({ namespace, service }) =>
      service === null ? subject.deployment : serviceLabel(subject, { namespace, service }),
    ),
  ];
  if (items.length === 0) return [];
  const { shown, more } = atMost(items, lines);
  return [
    paragraph(strong('Not changed:')),
    { kind: 'list', items: [...shown, ...(more === 0 ? [] : [[`and ${more} more, see the plan`]])] },
  ];
}
