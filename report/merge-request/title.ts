import { visibleText } from '../markdown/index.ts';
import {
  changesOf,
  gpuChange,
  numberLabel,
  type ProposalSubject,
  serviceLabel,
  signed,
  subjectName,
} from './subject.ts';

/** Longest title that GitHub takes is 256 characters. */
const MAX_TITLE = 250;

/** The title with the numbers: `scale(prod/chat): prefill 2→3, decode 4→6 (+3 GPU)`. */
export function proposalTitle(subject: ProposalSubject): string {
  const changes = changesOf(subject);
  const gpus = gpuChange(changes);
  const suffix = gpus === null ? ' (GPUs unknown)' : gpus.delta === 0 ? '' : ` (${signed(gpus.delta)} GPU)`;
  const parts = changes.map(
    (change) => `${serviceLabel(subject, change)}${numberLabel(change)} ${change.current}→${change.target}`,
  );
  const prefix = `scale(${subjectName(subject)}): `;
  for (let shown = parts.length; shown > 0; shown -= 1) {
    const more = parts.length === shown ? '' : ` and ${parts.length - shown} more`;
    const title = `${prefix}${parts.slice(0, shown).join(', ')}${more}${suffix}`;
    if (title.length <= MAX_TITLE) return title;
  }
  return visibleText(`${prefix}${parts.length} changes${suffix}`, MAX_TITLE);
}
