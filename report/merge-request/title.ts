import { isFloor } from '../blocks/index.ts';
import { visibleText } from '../markdown/index.ts';
import { gpuChange, signed } from './gpus.ts';
import { changesOf, type ProposalSubject, serviceLabel, subjectName } from './subject.ts';

/** Longest title that GitHub takes is 256 characters. */
const MAX_TITLE = 250;

/** The title with the numbers: `scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)`. */
export function proposalTitle(subject: ProposalSubject): string {
  const changes = changesOf(subject);
  const gpus = gpuChange(changes);
  const suffix = gpus === null ? ' (GPUs unknown)' : gpuSuffix(gpus);
  const parts = changes.map(
    (change) => `${serviceLabel(subject, change)}${isFloor(change) ? ' floor' : ''} ${change.current}→${change.target}`,
  );
  const prefix = `scale(${subjectName(subject)}): `;
  for (let shown = parts.length; shown > 0; shown -= 1) {
    const more = parts.length === shown ? '' : ` and ${parts.length - shown} more`;
    const title = `${prefix}${parts.slice(0, shown).join(', ')}${more}${suffix}`;
    if (title.length <= MAX_TITLE) return title;
  }
  return visibleText(`${prefix}${parts.length} changes${suffix}`, MAX_TITLE);
}

function gpuSuffix({ counts, floors }: { readonly counts: number; readonly floors: number }): string {
  const parts = [
    ...(counts === 0 ? [] : [`${signed(counts)} GPU`]),
    ...(floors === 0 ? [] : [`floor ${signed(floors)} GPU`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
