import type { HeldItem } from '../../api/index.ts';
import { visibleText } from '../../report/index.ts';

/**
 * Whether somebody decided that a number stays, or that it is nobody's to change; the others only say that too little is
 * known for now.
 */
export function isDecided({ code }: HeldItem): boolean {
  switch (code) {
    case 'not-planned':
    case 'unsupported':
    case 'invalid-deployment':
    case 'owner':
    case 'unreadable-number':
    case 'unknown-gpus':
    case 'over-budget':
    case 'change-budget':
    case 'freeze':
    case 'paused':
    case 'phase':
      return true;
    case 'no-data':
    case 'stale-data':
    case 'impossible-data':
    case 'no-traffic':
    case 'no-decision':
    case 'profile-mismatch':
    case 'no-status':
    case 'not-ready':
    case 'drift':
    case 'no-history':
      return false;
  }
}

/** Reasons that a sentence gives; the plan has the others. */
const MOST_REASONS = 3;

/** Each reason once, in the order of the plan. */
export function heldWords(held: readonly HeldItem[]): string {
  const reasons = [...new Set(held.map(({ reason }) => reason))];
  const more = reasons.length > MOST_REASONS ? `; and ${reasons.length - MOST_REASONS} more` : '';
  return visibleText(`${reasons.slice(0, MOST_REASONS).join('; ')}${more}`);
}
