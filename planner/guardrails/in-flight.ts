import { counted } from '../quantity.ts';
import { type Guardrail, moved } from './guardrail.ts';

/**
 * What Git asks for and is still starting is not asked for again. A number that was sized from the demand counts it already;
 * one that is a step from what runs does not, and would add the same replicas with every plan until they are ready.
 */
export const inFlight: Guardrail = (wanted, { current, isRelative, starting: { count, source } }) =>
  isRelative && count > 0 && wanted > current
    ? moved(
        'in-flight',
        wanted,
        current,
        `${counted(count, 'replica')} of ${current} ${count === 1 ? 'is' : 'are'} still starting${source === 'history' ? ', going by the history' : ''}, and ${count === 1 ? 'was' : 'were'} asked for because of this load`,
      )
    : undefined;
